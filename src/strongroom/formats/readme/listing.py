"""The lists in README.html: pages that were captured, URLs that were not and why, files of the package."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from strongroom.formats.readme.markup import Markup, address, element, foreign
from strongroom.model.amounts import amount
from strongroom.model.capture import Page
from strongroom.model.outcome import LinkRow, Outcome
from strongroom.model.package import PackageFile
from strongroom.model.words import reason_in_general, reason_in_words, relation_in_words

_SHOWN: Final = 200
_FEW: Final = 10
_ABSENT: Final = {
    Outcome.BLOCKED: "Blocked: the answer is kept, but it is a refusal or a challenge, not the page",
    Outcome.EMPTY: "Empty: the answer is kept, but it is a page without content",
    Outcome.FAILED: "Failed: no answer, a broken one, or an error such as 404",
    Outcome.REFUSED: "Refused: seen, but not asked for, because a rule of this capture said so",
}


def moment(at: datetime) -> Markup:
    """A moment for people, with the exact one behind it."""
    return element("time", f"{at.day} {at:%B %Y, %H:%M} UTC", datetime=f"{at:%Y-%m-%dT%H:%M:%SZ}")


def duration(length: timedelta) -> str:
    """A length of time for people.

    >>> duration(timedelta(seconds=1)), duration(timedelta(hours=27, seconds=61))
    ('1 second', '1 day, 3 hours and 1 minute')
    """
    minutes, seconds = divmod(max(1, round(length.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute"), (0 if days or hours else seconds, "second")]
    told = [f"{number:,} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number]
    return " and ".join([", ".join(told[:-1]), told[-1]] if told[1:] else told)


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
    reasons: dict[Outcome, Counter[str]] = {outcome: Counter() for outcome in _ABSENT}
    shown: dict[Outcome, list[Markup]] = {outcome: [] for outcome in _ABSENT}
    for row in rows:
        if row.outcome not in _ABSENT:
            continue
        reasons[row.outcome][reason_in_general(row.reason)] += 1
        if len(shown[row.outcome]) < _SHOWN:
            shown[row.outcome].append(_absent(row))
    counts = {outcome: found.total() for outcome, found in reasons.items()}
    return tuple(
        _listing(
            f"{sentence}: {counts[outcome]:,}",
            ("Address", "What it is", "Reason"),
            shown[outcome],
            _rest(counts[outcome], "metadata/other/links.csv"),
            before=_why(reasons[outcome]),
            opened=outcome is not Outcome.REFUSED and counts[outcome] <= 30,
        )
        for outcome, sentence in _ABSENT.items()
        if counts[outcome]
    )


def _absent(row: LinkRow) -> Markup:
    reason = reason_in_words(row.reason)
    told = row.status is None or str(row.status) in reason
    return element(
        "tr",
        element("td", address(row.url), class_="small"),
        element("td", relation_in_words(row.relation), class_="small kind"),
        element("td", foreign(reason if told else f"{reason} ({row.status})"), class_="small"),
    )


def _why(reasons: Counter[str]) -> Markup | None:
    """How often each reason was given; nothing when there is but one, or so few rows that they say it as well."""
    if len(reasons) < 2 or reasons.total() <= _FEW:
        return None
    told = (f"{reason}: {count:,}" for reason, count in reasons.most_common())
    return element("ul", *(element("li", one) for one in told), class_="small faint")


def file_list(files: Iterable[PackageFile]) -> Markup:
    """The files that existed when this one was written."""
    every = tuple(files)
    rows = [
        element(
            "tr",
            element("td", element("code", file.path, class_="url")),
            element("td", file.media_type, class_="small"),
            element("td", amount(file.fixity.length_bytes), class_="number"),
        )
        for file in every[:_SHOWN]
    ]
    return _listing(
        f"Files: {len(every):,}", ("Path", "Media type", "Size"), rows, _rest(len(every), "METS.xml"), opened=False
    )


def _rest(count: int, file: str) -> str | None:
    return f"and {count - _SHOWN:,} more, all of them in {file}" if count > _SHOWN else None


def _listing(
    summary: str,
    heads: tuple[str, ...],
    rows: list[Markup],
    rest: str | None,
    *,
    opened: bool,
    before: Markup | None = None,
) -> Markup:
    return element(
        "details",
        element("summary", summary),
        before,
        element(
            "table",
            element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
            element("tbody", *rows),
        ),
        element("p", rest, class_="faint") if rest else None,
        open="" if opened else None,
    )
