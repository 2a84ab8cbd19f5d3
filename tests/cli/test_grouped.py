from pathlib import Path

from strongroom.cli.exits import Exit
from strongroom.cli.failing import Failure
from strongroom.cli.grouped import code_lines, groups, verdict_lines, worst_first
from strongroom.cli.verdict import Verdict, summed
from strongroom.model.finding import Finding, Severity


def finding(code, where, severity=Severity.ERROR, remedy="Ask again."):
    return Finding(code, severity, where, f"e {where}", f"f {where}", "RFC 0 section 1", remedy)


def refused(name, *findings):
    return Verdict(Path(name), Exit.REFUSED, findings)


MANY = tuple(finding("X-2", f"data/{number}") for number in range(7))
MIXED = refused(
    "mixed",
    finding("X-1", "data/one\x1b[31m"),
    *MANY,
    finding("X-3", "bag-info.txt", Severity.WARNING, "Look."),
)
VALID = Verdict(Path("valid"), Exit.DONE)
MILD = Verdict(Path("mild"), Exit.DONE, (finding("X-3", "bag-info.txt", Severity.WARNING, "Look."),))
GONE = Verdict(Path("gone"), Exit.USAGE, failure=Failure(Exit.USAGE, "usage", "gone cannot be found; check the path"))


def test_findings_are_grouped_by_code_worst_first_and_counted_where_they_are_not_shown():
    assert "\n".join(verdict_lines([VALID, GONE, MIXED], quiet=False)) == (
        """\
refused: mixed (8 errors, 1 warning)
  error X-2 (7 places; RFC 0 section 1)
    Ask again.
      data/0
        expected  e data/0
        found     f data/0
      data/1
        expected  e data/1
        found     f data/1
      data/2
        expected  e data/2
        found     f data/2
      data/3
        expected  e data/3
        found     f data/3
      data/4
        expected  e data/4
        found     f data/4
      and 2 more places, not shown
  error X-1 (RFC 0 section 1)
    Ask again.
      data/one\\x1b[31m
        expected  e data/one\\x1b[31m
        found     f data/one\\x1b[31m
  warning X-3 (RFC 0 section 1)
    Look.
      bag-info.txt
        expected  e bag-info.txt
        found     f bag-info.txt
not looked at: gone: gone cannot be found; check the path
valid: valid

not shown here: 2 places; --html FILE, --csv FILE or --json has all of it"""
    )


def test_quiet_is_a_line_a_bag():
    assert list(verdict_lines([VALID, MILD, GONE, MIXED], quiet=True)) == [
        "refused: mixed (8 errors, 1 warning)",
        "not looked at: gone: gone cannot be found; check the path",
        "valid: mild (1 warning)",
        "valid: valid",
    ]


def test_bags_with_more_errors_come_first_and_equal_ones_as_given():
    one, two, other = (refused(name, *MANY[:number]) for name, number in (("one", 1), ("two", 2), ("other", 1)))
    assert [str(one.path) for one in worst_first([VALID, one, MILD, other, GONE, two])] == [
        "two",
        "one",
        "other",
        "gone",
        "mild",
        "valid",
    ]


def test_a_code_whose_findings_ask_for_different_things_is_two_groups():
    found = groups([finding("X-1", "a"), finding("X-1", "b", remedy="Look."), finding("X-1", "c")])
    assert [[one.where for one in group.findings] for group in found] == [["a", "c"], ["b"]]


def test_of_many_bags_the_worst_are_shown_and_the_others_are_named_and_counted():
    bags = [refused(f"bag{number:02}", *MANY[: 1 + number % 6]) for number in range(23)]
    lines = list(verdict_lines(bags, quiet=False))
    assert sum(line.startswith("refused: ") for line in lines) == 23
    assert sum(line.startswith("  error X-2") for line in lines) == 20
    assert lines[-5:] == [
        "refused: bag06 (1 error)",
        "refused: bag12 (1 error)",
        "refused: bag18 (1 error)",
        "",
        "not shown here: what was found in 3 more bags and 3 places; --html FILE, --csv FILE or --json has all of it",
    ]


def test_all_bags_together_are_a_line_a_code_and_one_sum():
    verdicts = [VALID, MIXED, refused("again", MANY[0], finding("BAG-001", ".")), GONE, MILD]
    assert list(code_lines(verdicts)) == [
        "  error X-2 (8 places in 2 bags)",
        "  error BAG-001: The folder is neither a bag nor an information package (1 place in 1 bag)",
        "  error X-1 (1 place in 1 bag)",
        "  warning X-3 (2 places in 2 bags)",
    ]
    assert summed(verdicts) == "5 looked for: 2 valid, 2 refused, 1 not looked at"
