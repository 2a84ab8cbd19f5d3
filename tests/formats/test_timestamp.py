"""Moments as the XML documents of a package have them."""

from datetime import UTC, datetime, timedelta, timezone

from strongroom.formats.timestamp import timestamp

AT = datetime(2025, 11, 3, 8, 0, 0, tzinfo=UTC)


def test_moments_are_written_in_utc_with_milliseconds_where_there_are_some():
    paris = timezone(timedelta(hours=1))
    moments = [AT, AT.replace(microsecond=7_900), AT.replace(microsecond=900), AT.astimezone(paris)]
    assert [timestamp(one) for one in moments] == [
        "2025-11-03T08:00:00Z",
        "2025-11-03T08:00:00.007Z",
        "2025-11-03T08:00:00Z",
        "2025-11-03T08:00:00Z",
    ]
