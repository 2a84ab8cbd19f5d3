"""Moments as xs:dateTime and W3CDTF write them: METS, PREMIS and Dublin Core have the same form."""

from datetime import UTC, datetime


def timestamp(moment: datetime) -> str:
    """A moment in UTC, with milliseconds only where there are some.

    >>> timestamp(datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC))
    '2024-05-06T07:08:09Z'
    """
    moment = moment.astimezone(UTC)
    spec = "milliseconds" if moment.microsecond >= 1000 else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=spec) + "Z"
