"""Lengths in bytes for people."""

from strongroom.model.amounts import amount


def test_amounts_are_decimal():
    assert [amount(number) for number in (0, 999, 1000, 999_949, 999_999, 10**9, 5 * 10**12)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "999.9 kB",
        "1.0 MB",
        "1.0 GB",
        "5.0 TB",
    ]
