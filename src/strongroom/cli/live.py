"""The live display on a terminal: URLs done and waiting, bytes, rate, the hosts being asked, the last URL."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from strongroom.cli.progress_lines import STAGES, Rate
from strongroom.cli.readable import readable
from strongroom.model.amounts import amount
from strongroom.model.progress import OnProgress, Progress, Stage


@contextmanager
def live(console: Console | None = None) -> Iterator[OnProgress]:
    """Show progress on stderr until the work is done; what was shown is then taken away."""
    board = Board(monotonic=time.monotonic)
    with Live(
        get_renderable=board.render,
        console=console or Console(stderr=True),
        refresh_per_second=8,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ):
        yield board.take


class Board:
    """Keeps the last moment; it is drawn eight times a second, however often it changes."""

    def __init__(self, *, monotonic: Callable[[], float]) -> None:
        """Take the time from `monotonic`, in seconds."""
        self._monotonic = monotonic
        self._began_at = monotonic()
        self._rate = Rate(monotonic)
        self._last: Progress | None = None
        self._spinner = Spinner("dots")

    def take(self, progress: Progress) -> None:
        """Take note of a moment."""
        self._last = progress

    def render(self) -> RenderableType:
        """Draw the last moment."""
        progress = self._last
        if progress is None:
            self._spinner.update(text=Text("beginning"))
            return self._spinner
        minutes, seconds = divmod(int(self._monotonic() - self._began_at), 60)
        self._spinner.update(text=Text.assemble((STAGES[progress.stage], "bold"), f"  {minutes}:{seconds:02}"))
        is_many = progress.stage is Stage.VERIFY and progress.captured + progress.queued > 1
        if progress.stage not in {Stage.CAPTURE, Stage.INGEST} and not is_many:
            return self._spinner
        counts = Table.grid(padding=(0, 2))
        rates = (amount(progress.bytes), f"{amount(self._rate.of(progress.bytes))}/s")
        counts.add_row(
            ProgressBar(
                total=max(1, progress.captured + progress.queued),
                completed=progress.captured,
                width=30,
                complete_style="green",
                finished_style="green",
            ),
            f"{progress.captured:,} done",
            f"{progress.queued:,} to go",
            *(rates if progress.stage is Stage.CAPTURE else ()),
        )
        current = Text(readable(progress.current), style="dim", no_wrap=True, overflow="ellipsis")
        if progress.stage is not Stage.CAPTURE:
            return Group(self._spinner, counts, current)
        hosts = Text(readable(", ".join(progress.hosts)) or "waiting", style="cyan", no_wrap=True, overflow="ellipsis")
        return Group(self._spinner, counts, hosts, current)
