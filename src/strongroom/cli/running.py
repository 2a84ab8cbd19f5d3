"""One run of the command line: read the arguments, do the work, and turn whatever happens into an exit status."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Final

from strongroom.cli.exits import Exit
from strongroom.cli.failing import failure_of, tell, traced
from strongroom.cli.parser import HelpAsked, HelpFormatter, Parser, add_shared_options, epilog
from strongroom.cli.report import put_document, put_lines
from strongroom.errors import UsageError

if TYPE_CHECKING:
    from strongroom.cli.log_file import LogFile

COMMANDS: Final = (
    "preserve",
    "plan",
    "capture",
    "describe",
    "pack",
    "verify",
    "ingest",
    "receipt",
    "audit",
    "repair",
    "check-storage",
    "watch",
    "worker",
    "queue",
    "status",
    "retry",
    "find",
    "show",
    "versions",
    "diff",
    "restore",
    "catalogue",
    "health",
    "log",
    "key",
    "withdraw",
    "explain",
    "schema",
    "demo",
)
"""In the order in which help lists them; each is a module of this room, with `_` for `-`."""


def build_parser(only: str = "") -> Parser:
    """The parser of the whole command line; with `only`, of that command alone, which is made sooner."""
    parser = Parser(
        prog="strongroom",
        usage="strongroom COMMAND [OPTIONS] …",
        description="From a web page and the pages it links to, to a package that an archive can keep.",
        epilog=epilog(
            (
                "strongroom preserve https://example.org/article",
                "strongroom verify archive/bags/uuid-…",
                "strongroom demo",
                "strongroom COMMAND --help",
            ),
            Exit,
        ),
        formatter_class=HelpFormatter,
        add_help=False,
        allow_abbrev=False,
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for command in (only,) if only else COMMANDS:
        import_module(f"strongroom.cli.{command.replace('-', '_')}").add_parser(subparsers)
    for one in (*subparsers.choices.values(), parser):
        add_shared_options(one)
    return parser


def run(argv: Sequence[str]) -> int:
    """Run one command; the only place that catches what the others raise."""
    command = next((word for word in argv if word in COMMANDS), None)
    json = "--json" in argv
    verbose, log = False, None
    try:
        known = argv[0] if argv and argv[0] in COMMANDS else ""
        arguments = build_parser(known).parse_args(argv)
        command, json = arguments.command, getattr(arguments, "json", False)
        verbose = getattr(arguments, "verbose", False)
        log = _log_of(arguments, argv)
        return int(arguments.run(arguments))
    except HelpAsked as asked:
        return _answer(asked, json=json)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - this is the edge: every error has an exit status
        failure = failure_of(error)
        if failure.exit is Exit.BUG and verbose:
            put_lines(traced(error), sys.stderr)
        if log is not None:
            with suppress(UsageError):  # a log that cannot be written any more must not hide the failure itself
                log.failure(traced(error), exit_=int(failure.exit), message=failure.message)
        return tell(failure, command=command, json=json)


def _log_of(arguments: argparse.Namespace, argv: Sequence[str]) -> "LogFile | None":
    if not hasattr(arguments, "log"):
        return None
    from strongroom.cli.clock import clock
    from strongroom.cli.log_file import LogFile

    log = arguments.log = LogFile(arguments.log, clock=clock())
    log.command = arguments.command
    log.begin(argv)
    return log


def _answer(asked: HelpAsked, *, json: bool) -> int:
    if json:
        from strongroom.cli.outputs.parts import TextOutput

        put_document(TextOutput(exit=0, text=asked.text))
    else:
        put_lines([asked.text.rstrip("\n")], sys.stdout)
    return Exit.DONE
