"""What a bench has to say: a table, for the terminal and for docs/proofs.md."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from bench.rounds import Measure


@dataclass(frozen=True)
class Table:
    """Figures with a title; the first column names the contenders. `note` says what was measured and the goal."""

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.columns, *self.rows, strict=True)]
        lines = [
            "  ".join(
                [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
            )
            for row in (self.columns, *self.rows)
        ]
        return "\n".join(["", self.title, *(f"  {line}" for line in lines), f"  {self.note}"])

    def markdown(self) -> str:
        rule = "|".join(["---", *["--:"] * (len(self.columns) - 1)])
        rows = [f"| {' | '.join(row)} |" for row in self.rows]
        return "\n".join(
            [f"### {self.title}", "", f"| {' | '.join(self.columns)} |", f"|{rule}|", *rows, "", self.note, ""]
        )


def timing(title: str, note: str, measures: Mapping[str, Measure], *, against: str) -> Table:
    """Medians, spreads and peaks of whole processes, and the ratio to one of them, round by round."""
    reference = measures[against].seconds
    return Table(
        title,
        note,
        ("", "median s", "min", "max", "peak MiB", "ratio"),
        tuple(
            (
                name,
                f"{median(one.seconds):.3f}",
                f"{min(one.seconds):.3f}",
                f"{max(one.seconds):.3f}",
                f"{one.peak_mib:.0f}",
                f"{ratio(one.seconds, reference):.2f}",
            )
            for name, one in measures.items()
        ),
    )


def ratio(mine: Iterable[float], theirs: Iterable[float]) -> float:
    """The median of what each round says."""
    return median(one / other for one, other in zip(mine, theirs, strict=True))
