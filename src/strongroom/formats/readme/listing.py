"""The lists in README.html: pages that were captured, URLs that were not and why, files of the package."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from strongroom.formats.readme.markup import Markup, address, element, foreign
from strongroom.model.capture import Page
from strongroom.model.outcome import LinkRow, Outcome
from strongroom.model.package import PackageFile

_SHOWN: Final = 200
_ABSENT: Final = {
    Outcome.BLOCKED: "Blocked: the answer is kept, but it is a refusal or a challenge, not the page",
    Outcome.EMPTY: "Empty: the answer is kept, but it is a page without content",
    Outcome.FAILED: "Failed: no answer, a broken one, or an error such as 404",
    Outcome.REFUSED: "Refused: seen, but not asked for, because a rule of this capture said so",
}


def size(length_bytes: int) -> str:
    """A length for people, in decimal units.

    >>> size(999), size(1_500_000)
    ('999 bytes', '1.5 MB')
    """
    if length_bytes < 1000:
        return f"{length_bytes} byte{'' if length_bytes == 1 else 's'}"
    value = float(length_bytes)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.95:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:,.1f} TB"


def moment(at: datetime) -> Markup:
    """A moment for people, with the exact one behind it."""
    return element("time", f"{at.day} {at:%B %Y, %H:%M} UTC", datetime=f"{at:%Y-%m-%dT%H:%M:%SZ}")


def page_list(pages: Iterable[Page]) -> Markup | None:
    """The captured pages, in the order they were captured."""
    rows: list[Markup] = []
    count = 0
    for page in pages:
        count += 1
        if count <= _SHOWN:
            title = foreign(page.title) if page.title else element("span", "without a title", class_="faint")
            rows.append(element("tr", element("td", title), element("td", address(page.url), class_="small")))
    if not count:
        return None
    rest = _rest(count, "representations/rep1/data/pages/pages.jsonl")
    return _listing(f"Pages captured: {count:,}", ("Title", "Address"), rows, rest, opened=count <= 30)


def absence_lists(rows: Iterable[LinkRow]) -> tuple[Markup, ...]:
    """What was seen and is not in the package as itself, by outcome, each with its reason."""
    counts = dict.fromkeys(_ABSENT, 0)
    shown: dict[Outcome, list[Markup]] = {outcome: [] for outcome in _ABSENT}
    for row in rows:
        if row.outcome not in counts:
            continue
        counts[row.outcome] += 1
        if counts[row.outcome] <= _SHOWN:
            told = row.status is None or str(row.status) in row.reason
            reason = row.reason if told else f"{row.reason} ({row.status})"
            shown[row.outcome].append(
                element("tr", element("td", address(row.url), class_="small"), element("td", foreign(reason)))
            )
    return tuple(
        _listing(
            f"{sentence}: {counts[outcome]:,}",
            ("Address", "Reason"),
            shown[outcome],
            _rest(counts[outcome], "metadata/other/links.csv"),
            opened=outcome is not Outcome.REFUSED and counts[outcome] <= 30,
        )
        for outcome, sentence in _ABSENT.items()
        if counts[outcome]
    )


def file_list(files: Iterable[PackageFile]) -> Markup:
    """The files that existed when this one was written."""
    every = tuple(files)
    rows = [
        element(
            "tr",
            element("td", element("code", file.path, class_="url")),
            element("td", file.media_type, class_="small"),
            element("td", size(file.fixity.length_bytes), class_="number"),
        )
        for file in every[:_SHOWN]
    ]
    return _listing(
        f"Files: {len(every):,}", ("Path", "Media type", "Size"), rows, _rest(len(every), "METS.xml"), opened=False
    )


def _rest(count: int, file: str) -> str | None:
    return f"and {count - _SHOWN:,} more, all of them in {file}" if count > _SHOWN else None


def _listing(summary: str, heads: tuple[str, ...], rows: list[Markup], rest: str | None, *, opened: bool) -> Markup:
    return element(
        "details",
        element("summary", summary),
        element(
            "table",
            element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
            element("tbody", *rows),
        ),
        element("p", rest, class_="faint") if rest else None,
        open="" if opened else None,
    )
