"""A small bar chart as inline SVG: one bar for each outcome, with its count beside it."""

from collections.abc import Mapping
from typing import Final

from strongroom.formats.readme.markup import Markup, element
from strongroom.model.outcome import Outcome

_ROW: Final = 28
_LEFT: Final = 110
_BAR: Final = 520
_WIDTH: Final = 720


def outcome_chart(counts: Mapping[Outcome, int]) -> Markup:
    """Draw the counts; the longest bar is the greatest count, and a count of one is still seen."""
    greatest = max(counts.values(), default=0)
    title = "; ".join(f"{outcome.value} {counts.get(outcome, 0)}" for outcome in Outcome)
    rows = [_row(number, outcome, counts.get(outcome, 0), greatest or 1) for number, outcome in enumerate(Outcome)]
    return element(
        "figure",
        element(
            "svg",
            element("title", f"URLs by outcome: {title}"),
            *rows,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {_WIDTH} {_ROW * len(Outcome)}",
            role="img",
        ),
    )


def _row(number: int, outcome: Outcome, count: int, greatest: int) -> Markup:
    top = number * _ROW
    width = max(2, round(_BAR * count / greatest)) if count else 0
    return element(
        "g",
        element("text", outcome.value, class_="name", x=0, y=top + 19),
        element("rect", class_="ground", x=_LEFT, y=top + 5, width=_BAR, height=18, rx=2),
        element("rect", class_=outcome.value, x=_LEFT, y=top + 5, width=width, height=18, rx=2) if count else None,
        element("text", f"{count:,}", class_="count", x=_LEFT + width + 8, y=top + 19),
    )
