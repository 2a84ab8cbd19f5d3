"""How every command reads its arguments: the options they share, their help, and errors as exceptions."""

import argparse
import math
import textwrap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from strongroom import __version__
from strongroom.cli.exits import MEANINGS, Exit
from strongroom.errors import UsageError

Subparsers = Any
"""What `argparse.ArgumentParser.add_subparsers` returns; its type is private."""

Run = Callable[[argparse.Namespace], int]

_WIDTH: Final = 96


class HelpAsked(Exception):  # noqa: N818 - it is an answer, not an error
    """Somebody asked for help or the version, which ends the parsing."""

    def __init__(self, kind: str, text: str) -> None:
        """Keep what is to be shown; `kind` is ``help`` or ``version``."""
        super().__init__(kind)
        self.kind = kind
        self.text = text


class Parser(argparse.ArgumentParser):
    """An argument parser that neither prints nor exits."""

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print."""
        missing = message.removeprefix("the following arguments are required: ")
        said = message if missing == message else f"{missing} is missing"
        raise UsageError(f"{said}; `{self.prog} --help` tells more")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.metavar != "COMMAND" or action.choices is None or value in action.choices:
            super()._check_value(action, value)
            return
        from difflib import get_close_matches

        near = get_close_matches(str(value), list(action.choices), n=1)
        hint = f"did you mean {near[0]}?" if near else f"choose from {', '.join(action.choices)}"
        raise UsageError(f"{value!r} is not a command; {hint}")

    def print_help(self, file: object = None) -> None:  # noqa: ARG002 - argparse calls it so
        """Raise what argparse would print."""
        raise HelpAsked("help", self.format_help())


class VersionAction(argparse.Action):
    """`--version`, as an exception too."""

    def __call__(self, *_: object, **__: object) -> NoReturn:
        """Raise what is to be shown."""
        raise HelpAsked("version", f"strongroom {__version__}")


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Help of one width on every terminal, so that the README can show it."""

    def __init__(self, prog: str) -> None:
        """Take the name of the command."""
        super().__init__(prog, max_help_position=30, width=_WIDTH)

    def _format_action(self, action: argparse.Action) -> str:
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - the commands alone, without a line above them
            return self._join_parts([self._format_action(one) for one in action._get_subactions()])  # noqa: SLF001
        return super()._format_action(action)


def add_shared_options(parser: argparse.ArgumentParser) -> None:
    """The options that stand before or behind the command; where absent they are absent from the namespace."""
    group = parser.add_argument_group("everywhere")
    absent = argparse.SUPPRESS
    group.add_argument("-h", "--help", action="help", default=absent, help="show this page and exit")
    group.add_argument(
        "--config", type=Path, metavar="FILE", default=absent, help="settings (TOML); flags go before it"
    )
    group.add_argument("--json", action="store_true", default=absent, help="stdout is exactly one JSON document")
    group.add_argument("-q", "--quiet", action="store_true", default=absent, help="no progress, the shortest result")
    group.add_argument(
        "-v", "--verbose", action="store_true", default=absent, help="name URLs as they are done; tracebacks of bugs"
    )
    group.add_argument("--log", type=Path, metavar="FILE", default=absent, help="append a log (JSON lines) to FILE")
    if "--version" not in parser._option_string_actions:  # noqa: SLF001 - `restore` has one that takes a number, too
        group.add_argument("--version", action=VersionAction, nargs=0, default=absent, help="show the version and exit")


def add_command(
    subparsers: Subparsers,
    name: str,
    *,
    summary: str,
    description: str,
    run: Run,
    examples: Iterable[str],
    exits: Sequence[Exit],
    usage: str,
) -> argparse.ArgumentParser:
    """Add a command; `exits` are those besides 0, 1, 2 and 130, which every command may return."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        name,
        help=summary,
        description="\n\n".join(textwrap.fill(part, _WIDTH) for part in description.split("\n\n")),
        epilog=epilog(examples, {*exits, Exit.DONE, Exit.BUG, Exit.USAGE, Exit.INTERRUPTED}),
        formatter_class=HelpFormatter,
        usage=f"strongroom {name} {usage}".rstrip(),
        prog=f"strongroom {name}",
        add_help=False,
        allow_abbrev=False,
    )
    parser._positionals.title = "arguments"  # noqa: SLF001 - "positional" says nothing to an archivist
    parser.set_defaults(run=run)
    return parser


def epilog(examples: Iterable[str], exits: Iterable[Exit]) -> str:
    """The end of a help page: examples, then what the exit status says."""
    shown = "\n".join(f"  {example}" for example in examples)
    statuses = "\n".join(f"  {code:>3}  {MEANINGS[code]}" for code in sorted(exits))
    return f"examples:\n{shown}\n\nexit status:\n{statuses}"


def positive_int(text: str) -> int:
    """An argument that counts something."""
    value = whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return value


def whole(text: str) -> int:
    """An argument that is a whole number, 0 among them."""
    try:
        value = int(text)
    except ValueError:
        value = -1
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number such as 0 or 2")
    return value


def seconds(text: str) -> float:
    """An argument in seconds, 0 among them."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds such as 0.5 or 3600")
    return value


def size(text: str) -> int:
    """An argument in bytes, with or without a decimal unit.

    >>> size("2GB"), size("1500")
    (2000000000, 1500)
    """
    number, factor = text.strip(), 1
    for unit, power in (("TB", 12), ("GB", 9), ("MB", 6), ("kB", 3), ("KB", 3), ("B", 0)):
        if number.endswith(unit):
            number, factor = number.removesuffix(unit).strip(), 10**power
            break
    try:
        value = float(number) * factor
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of bytes such as 500MB or 2GB") from None
    if not 1 <= value < 2**63:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size between 1 byte and 9 EB")
    return int(value)
