"""Progress as plain lines, for what is no terminal, and what every display of progress says."""

import time
from collections import deque
from collections.abc import Callable
from typing import TextIO

from strongroom.cli.readable import readable
from strongroom.cli.report import put_lines
from strongroom.model.amounts import amount
from strongroom.model.progress import Progress, Stage

_SECONDS_BETWEEN_LINES = 5.0
_RATE_OVER_SECONDS = 5.0

STAGES = {
    Stage.PLAN: "reading the page",
    Stage.CAPTURE: "capturing",
    Stage.DESCRIBE: "describing",
    Stage.COMPOSE: "composing the package",
    Stage.VALIDATE: "validating",
    Stage.PACK: "writing the bag",
    Stage.RECEIVE: "receiving",
    Stage.VERIFY: "verifying",
    Stage.INGEST: "taking in",
    Stage.AUDIT: "auditing",
    Stage.REPAIR: "repairing",
}


class Rate:
    """Bytes per second over the last few seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Take the time from `monotonic`, in seconds."""
        self._monotonic = monotonic
        self._seen: deque[tuple[float, int]] = deque()

    def of(self, total_bytes: int) -> float:
        """The rate after so many bytes in all."""
        now = self._monotonic()
        if not self._seen or now > self._seen[-1][0]:
            self._seen.append((now, total_bytes))
        while len(self._seen) > 2 and now - self._seen[0][0] > _RATE_OVER_SECONDS:
            self._seen.popleft()
        began, at_first = self._seen[0]
        return (total_bytes - at_first) / (now - began) if now > began else 0.0


class ProgressLines:
    """A line for each stage, and one every few seconds while it lasts."""

    def __init__(
        self, stream: TextIO, *, every_url: bool = False, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Write to `stream`; `every_url` writes a line for each URL too."""
        self._stream = stream
        self._every_url = every_url
        self._monotonic = monotonic
        self._rate = Rate(monotonic)
        self._last: Progress | None = None
        self._written_at = 0.0
        self._shown: Progress | None = None

    def __call__(self, progress: Progress) -> None:
        """Take note of a moment, and write it when it is time."""
        rate = self._rate.of(progress.bytes)
        begins = self._last is None or self._last.stage is not progress.stage
        if begins:
            self.end()
        if (
            self._every_url
            and progress.current
            and (begins or self._last is None or progress.current != self._last.current)
        ):
            put_lines([f"{progress.stage.value}: {readable(progress.current)}"], self._stream)
        self._last = progress
        now = self._monotonic()
        if begins or now - self._written_at >= _SECONDS_BETWEEN_LINES:
            self._written_at = now
            self._shown = progress
            put_lines([summary(progress, rate)], self._stream)

    def end(self) -> None:
        """Write the last moment of a stage, unless it stands there already."""
        if self._last is not None and self._shown != self._last and self._last.stage is Stage.CAPTURE:
            put_lines([summary(self._last, self._rate.of(self._last.bytes))], self._stream)
            self._shown = self._last


def summary(progress: Progress, rate: float) -> str:
    """One line that says where the work is."""
    text = STAGES[progress.stage]
    is_many = progress.stage is Stage.VERIFY and progress.captured + progress.queued > 1
    if progress.stage is Stage.INGEST or is_many:
        return f"{text}: {progress.captured:,} done, {progress.queued:,} to go"
    if progress.stage is not Stage.CAPTURE:
        return text
    text += f": {progress.captured:,} done, {progress.queued:,} to go, {amount(progress.bytes)}"
    if rate >= 1:
        text += f", {amount(rate)}/s"
    if progress.hosts:
        more = f" and {len(progress.hosts) - 3} more" if len(progress.hosts) > 3 else ""
        text += f", {readable(', '.join(progress.hosts[:3]))}{more}"
    return text
