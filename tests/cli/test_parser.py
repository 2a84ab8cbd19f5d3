import argparse
import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.cli.parser import HelpAsked, size
from strongroom.cli.running import COMMANDS, build_parser
from strongroom.errors import UsageError


def help_of(*argv):
    with pytest.raises(HelpAsked) as asked:
        build_parser().parse_args([*argv, "--help"])
    return asked.value.text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_page_has_usage_examples_and_exit_statuses(command):
    text = help_of(command)
    assert text.startswith(f"usage: strongroom {command}")
    assert "\nexamples:\n" in text
    assert "\nexit status:\n" in text
    for status in ("    0  done", "    1  ", "    2  ", "  130  "):
        assert status in text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_example_of_a_help_page_can_be_typed(command):
    text = help_of(command)
    examples = text.partition("\nexamples:\n")[2].partition("\n\n")[0].splitlines()
    assert examples
    for example in examples:
        words = shlex.split(re.split(r" [>|] ", example)[0])
        assert words[0] == "strongroom"
        build_parser().parse_args(words[1:])


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_a_hundred_columns(command):
    assert max(map(len, help_of(command).partition("exit status:")[0].splitlines())) <= 100


def test_the_main_page_lists_every_command():
    listed = help_of().partition("\ncommands:\n")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in listed.splitlines()] == list(COMMANDS)


@pytest.mark.parametrize("flag", ["--json", "--quiet", "--verbose"])
def test_shared_options_stand_before_or_behind_the_command(flag):
    name = flag.removeprefix("--")
    before = build_parser().parse_args([flag, "verify", "bag"])
    behind = build_parser().parse_args(["verify", "bag", flag])
    assert getattr(before, name) is True
    assert getattr(behind, name) is True


def test_an_abbreviated_option_is_refused():
    with pytest.raises(UsageError):
        build_parser().parse_args(["preserve", "http://example.org/", "--scop", "page"])


@given(st.integers(1, 2**62))
def test_plain_bytes_are_read_exactly_up_to_float_precision(number):
    assert size(str(number)) == int(float(number))


@pytest.mark.parametrize(
    ("text", "length"), [("1B", 1), ("2kB", 2000), ("2KB", 2000), ("1.5 MB", 1_500_000), ("3GB", 3 * 10**9)]
)
def test_sizes_have_decimal_units(text, length):
    assert size(text) == length


@pytest.mark.parametrize("text", ["", "GB", "x", "0", "-1", "1e30", "nan", "inf", "10XB"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError):
        size(text)
