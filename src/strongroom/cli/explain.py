"""`strongroom explain`: what the code of a finding means, and what to do about it."""

import argparse
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.report import show
from strongroom.errors import UsageError
from strongroom.model.finding import Rule

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "explain",
        summary="what the code of a finding means, and the remedy",
        description="Show the clause, the meaning and the remedy behind the code of a finding; without a code, list "
        "all of them.",
        usage="[CODE…] [OPTIONS]",
        run=run,
        examples=("strongroom explain BAG-001", "strongroom explain CSIP60 --json", "strongroom explain"),
        exits=(),
    )
    parser.add_argument("codes", nargs="*", metavar="CODE", help="as findings show it")


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    rules = [_rule(code) for code in arguments.codes]
    listed = rules or _all()
    return show(
        arguments,
        Exit.DONE,
        document=lambda: _document(listed),
        lines=_explained(rules) if rules else _list(listed),
    )


def _all() -> list[Rule]:
    from strongroom.model.rules import ALL

    return list(ALL.values())


def _rule(code: str) -> Rule:
    from strongroom.model.rules import ALL

    known = {one.upper(): rule for one, rule in ALL.items()}
    rule = known.get(code.upper())
    if rule is not None:
        return rule
    from difflib import get_close_matches

    near = get_close_matches(code.upper(), known, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`strongroom explain` lists all codes"
    raise UsageError(f"{code!r} is not the code of a finding; {hint}")


def _explained(rules: Sequence[Rule]) -> Iterator[str]:
    for number, rule in enumerate(rules):
        if number:
            yield ""
        yield f"{rule.code} ({rule.severity.value}): {rule.title}"
        for label, text in (("clause", rule.clause), ("meaning", rule.meaning), ("remedy", rule.remedy)):
            yield ""
            yield from textwrap.wrap(f"{label:<8} {text}", 96, initial_indent="  ", subsequent_indent=" " * 11)


def _list(rules: Sequence[Rule]) -> Iterator[str]:
    width = max((len(rule.code) for rule in rules), default=0)
    for rule in rules:
        yield f"{rule.code:<{width}}  {rule.severity.value:<7}  {rule.title}"


def _document(rules: Sequence[Rule]) -> "Output":
    from strongroom.cli.outputs.checking import ExplainOutput, RulePart

    return ExplainOutput(exit=Exit.DONE, rules=tuple(map(RulePart.of, rules)))
