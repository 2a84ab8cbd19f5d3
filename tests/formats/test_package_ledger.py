import pytest

from strongroom.formats.package.ledger import Ledger


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("a", "a"),
        ("é😀", "é😀"),
        (f"{chr(0xD800)} alone", "\\ud800 alone"),
        ("\x00", "\x00"),
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (2**63, -1),
        (-(2**63) - 1, -1),
        (True, 1),
        (None, None),
    ],
)
def test_what_a_stranger_says_is_held_as_far_as_it_can_be(value: object, stored: object):
    with Ledger() as ledger:
        ledger.enter("page", "before", "pages.jsonl", 1)
        ledger.enter("page", value, "pages.jsonl", value if isinstance(value, int) else 2)
        ledger.enter("page", "after", "pages.jsonl", 3)
        ledger.settle()
        rows = list(ledger.ask("SELECT url, number FROM page"))
    number = stored if isinstance(value, int) else 2
    url = stored if stored is None or isinstance(stored, str) else str(int(stored))
    assert rows == [("before", 1), (url, number), ("after", 3)]
