"""Dates as W3CDTF (a profile of ISO 8601), out of what pages write; nothing is guessed.

Not read: dates whose day and month could be exchanged (03/05/2024), years of two digits, other calendars, "yesterday".
"""

import re
import unicodedata
from calendar import monthrange

from strongroom.formats.statements.months import MONTHS
from strongroom.formats.statements.text import fold

# A year outside of these is another calendar's, a placeholder or a number that is no year. In Arabic and Persian
# digits the years 1300 to 1500 are those of the Hijri calendars.
_FIRST_YEAR, _LAST_YEAR = 1000, 2199
_FIRST_YEAR_IN_OTHER_DIGITS = 1800

_TIME = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
_ZONE = r"(?P<zone>(?:(?:UTC|GMT)\s?)?[+-][0-9]{2}:?(?:[0-9]{2})?|Z|UTC|GMT)"
_YEAR_FIRST = re.compile(
    r"^(?P<year>[0-9]{4})(?:(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?:(?P=mark)(?P<day>[0-9]{1,2}))?)?"
    rf"(?:(?:T|,?\s|\s?T\s?){_TIME}(?:\s?{_ZONE})?)?(?:\s?\([^)]*\)|\s?\[[^\]]*\])?$",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"^(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    rf"(?:T(?P<hour>[0-9]{{2}}):?(?P<minute>[0-9]{{2}})(?::?(?P<second>[0-9]{{2}})(?:[.,](?P<fraction>[0-9]+))?)?{_ZONE}?)?$"
)
_YEAR_LAST = re.compile(
    rf"^(?P<one>[0-9]{{1,2}})(?P<mark>[-/.])\s?(?P<two>[0-9]{{1,2}})(?P=mark)\s?(?P<year>[0-9]{{4}})(?:,?\s{_TIME}(?:\s?{_ZONE})?)?$"
)
_EAST_ASIAN = re.compile(
    r"^(?P<year>[0-9]{4})\s?[年년]\s?(?:(?P<month>[0-9]{1,2})\s?[月월]\s?(?:(?P<day>[0-9]{1,2})\s?[日일号號])?)?(?P<rest>.*)$"
)
_WORDS = re.compile(r"[^\W\d_]+(?:['\u2019.][^\W\d_]+)*\.?|[0-9]+(?:st|nd|rd|th|er|º|ª)?\b", re.IGNORECASE)
_CLOCK = re.compile(rf"(?<![0-9]){_TIME}(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?(?:\s?{_ZONE})?")
_YEAR_ANYWHERE = re.compile(r"(?<![0-9])[12][0-9]{3}(?![0-9])")
_OTHER_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９", "012345678901234567890123456789")
_NOTHING = {"0000", "0001"}


def w3cdtf(text: str) -> str | None:
    """A date of the precision it was given in, or None when it cannot be read without guessing.

    A time of day without a zone is left out, because W3CDTF has no local time.

    >>> w3cdtf("2024-03-05T10:15:00.000+01:00"), w3cdtf("2024/3/5 10:15"), w3cdtf("2024-03")
    ('2024-03-05T10:15:00+01:00', '2024-03-05', '2024-03')
    >>> w3cdtf("Tue, 05 Mar 2024 10:15:00 GMT"), w3cdtf("5. März 2024"), w3cdtf("2024年3月5日")
    ('2024-03-05T10:15:00Z', '2024-03-05', '2024-03-05')
    >>> w3cdtf("03/05/2024"), w3cdtf("25/03/2024"), w3cdtf("2024-02-30")
    (None, '2024-03-25', None)
    """
    text = unicodedata.normalize("NFC", fold(text))
    if len(text) > 100:
        return None
    latin = text.translate(_OTHER_DIGITS)
    read = _read(latin)
    return None if read and latin != text and int(read[:4]) < _FIRST_YEAR_IN_OTHER_DIGITS else read


def names_a_year(text: str) -> bool:
    """Whether there is something like a year in it, so that a reader can make sense of it as it stands."""
    return bool(_YEAR_ANYWHERE.search(text.translate(_OTHER_DIGITS)))


def _read(text: str) -> str | None:
    if found := _YEAR_FIRST.match(text) or _COMPACT.match(text):
        return _written(found, found["year"], found["month"], found["day"])
    if found := _YEAR_LAST.match(text):
        return _year_last(found)
    if found := _EAST_ASIAN.match(text):
        return _written(_CLOCK.search(found["rest"]), found["year"], found["month"], found["day"])
    return _in_words(text)


def _year_last(found: re.Match[str]) -> str | None:
    one, two = int(found["one"]), int(found["two"])
    # With dots the day comes first everywhere; with slashes or hyphens only where the other reading is impossible.
    if found["mark"] == "." or one > 12 or one == two:
        return _written(found, found["year"], str(two), str(one))
    if two > 12:
        return _written(found, found["year"], str(one), str(two))
    return None


def _in_words(text: str) -> str | None:
    clock = _CLOCK.search(text)
    words = [
        one.group().casefold()
        for one in _WORDS.finditer(text[: clock.start()] + " " + text[clock.end() :] if clock else text)
    ]
    months = {number for number in (MONTHS.get(word.strip(".")) for word in words) if number is not None}
    numbers = [re.sub(r"[^0-9]", "", word) for word in words if word[0].isdigit()]
    years = [one for one in numbers if len(one) == 4]
    days = [one for one in numbers if len(one) <= 2]
    if len(months) != 1 or len(years) != 1 or len(days) > 1 or len(years) + len(days) != len(numbers):
        return None
    return _written(clock, years[0], str(months.pop()), days[0] if days else None)


def _written(clock: re.Match[str] | None, year: str, month: str | None, day: str | None) -> str | None:
    if year in _NOTHING or not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        return None
    if month is None:
        return year
    if not 1 <= int(month) <= 12:
        return None
    if day is None:
        return f"{year}-{int(month):02}"
    if not 1 <= int(day) <= monthrange(int(year), int(month))[1]:
        return None
    date = f"{year}-{int(month):02}-{int(day):02}"
    time = _time_of_day(clock) if clock else ""
    return None if time is None else date + time


def _time_of_day(clock: re.Match[str]) -> str | None:
    parts = clock.groupdict()
    if parts.get("hour") is None:
        return ""
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), int(parts["second"] or 0)
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.lower() == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    zone = _zone(parts["zone"])
    if not zone:
        return ""
    fraction = (parts["fraction"] or "")[:9] if (parts["fraction"] or "").strip("0") else ""
    return f"T{hour:02}:{minute:02}:{second:02}{'.' + fraction if fraction else ''}{zone}"


def _zone(text: str | None) -> str:
    if not text:
        return ""
    offset = re.sub(r"(?i)UTC|GMT|Z|\s|:", "", text)
    if not offset:
        return "Z"
    hours, minutes = int(offset[1:3]), int(offset[3:5] or 0)
    return f"{offset[0]}{hours:02}:{minutes:02}" if (hours, minutes) <= (14, 0) and minutes <= 59 else ""
