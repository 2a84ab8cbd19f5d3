import argparse
import io

from rich.console import Console

from strongroom.cli.live import Board
from strongroom.cli.progress_lines import ProgressLines, Rate
from strongroom.cli.watching import watching
from strongroom.model.progress import Progress, Stage


class Seconds:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_a_line_for_each_stage_and_one_every_few_seconds():
    seconds, stream = Seconds(), io.StringIO()
    lines = ProgressLines(stream, monotonic=seconds)
    for step in range(12):
        seconds.now = 100.0 + step
        lines(Progress(Stage.CAPTURE, captured=step, queued=11 - step, bytes=step * 1000, hosts=("example.org",)))
    lines(Progress(Stage.DESCRIBE))
    lines(Progress(Stage.PACK))
    lines.end()
    assert stream.getvalue().splitlines() == [
        "capturing: 0 done, 11 to go, 0 B, example.org",
        "capturing: 5 done, 6 to go, 5.0 kB, 1.0 kB/s, example.org",
        "capturing: 10 done, 1 to go, 10.0 kB, 1.0 kB/s, example.org",
        "capturing: 11 done, 0 to go, 11.0 kB, 1.0 kB/s, example.org",
        "describing",
        "writing the bag",
    ]


def test_verbose_has_a_line_for_every_url():
    stream = io.StringIO()
    lines = ProgressLines(stream, every_url=True, monotonic=Seconds())
    for name in ("a", "b", "b", "c\x1b[2J"):
        lines(Progress(Stage.CAPTURE, current=f"http://example.org/{name}"))
    urls = [line for line in stream.getvalue().splitlines() if line.startswith("capture: ")]
    assert urls == [
        "capture: http://example.org/a",
        "capture: http://example.org/b",
        "capture: http://example.org/c\\x1b[2J",
    ]


def test_many_hosts_are_counted_rather_than_listed():
    stream = io.StringIO()
    ProgressLines(stream, monotonic=Seconds())(Progress(Stage.CAPTURE, hosts=tuple("abcde")))
    assert stream.getvalue() == "capturing: 0 done, 0 to go, 0 B, a, b, c and 2 more\n"


def test_the_rate_forgets_what_is_long_ago():
    seconds = Seconds()
    rate = Rate(seconds)
    assert rate.of(0) == 0.0
    for _ in range(20):
        seconds.now += 1
        rate.of(1_000_000)
    seconds.now += 1
    assert rate.of(1_000_000) == 0.0


def test_quiet_shows_nothing(capsys):
    with watching(argparse.Namespace(quiet=True)) as on_progress:
        on_progress(Progress(Stage.CAPTURE, captured=1))
    assert capsys.readouterr() == ("", "")


def test_elsewhere_than_on_a_terminal_lines_go_to_stderr(capsys):
    with watching(argparse.Namespace()) as on_progress:
        on_progress(Progress(Stage.VALIDATE))
    assert capsys.readouterr() == ("", "validating\n")


def test_the_live_display_shows_counts_rate_hosts_and_the_last_url():
    seconds = Seconds()
    board = Board(monotonic=seconds)
    console = Console(file=io.StringIO(), width=100, force_terminal=False, color_system=None)
    console.print(board.render())
    seconds.now += 65
    board.take(Progress(Stage.CAPTURE, 34, 6, 1_500_000, ("example.org", "cdn.example"), "https://example.org/[bold]x"))
    console.print(board.render())
    board.take(Progress(Stage.VALIDATE))
    console.print(board.render())
    text = console.file.getvalue()
    for part in (
        "capturing  1:05",
        "34 done",
        "6 to go",
        "1.5 MB",
        "example.org, cdn.example",
        "https://example.org/[bold]x",
        "validating",
    ):
        assert part in text


def test_bags_are_counted_without_bytes_and_hosts():
    stream = io.StringIO()
    progress = Progress(Stage.INGEST, captured=3, queued=997, current="bag-0004")
    ProgressLines(stream, every_url=True, monotonic=Seconds())(progress)
    assert stream.getvalue() == "ingest: bag-0004\ntaking in: 3 done, 997 to go\n"
    board = Board(monotonic=Seconds())
    board.take(progress)
    console = Console(file=io.StringIO(), width=100)
    console.print(board.render())
    shown = console.file.getvalue()
    assert "taking in" in shown
    assert "3 done  997 to go" in shown
    assert "bag-0004" in shown
    assert "waiting" not in shown
