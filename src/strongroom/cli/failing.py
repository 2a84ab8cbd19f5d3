"""What is said when the work could not be done: a sentence on stderr or one JSON document, and the exit status."""

import errno
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from strongroom.cli.exits import Exit
from strongroom.cli.readable import readable
from strongroom.cli.report import finding_lines, finding_parts, put_document, put_lines, say
from strongroom.errors import (
    InterruptedByUserError,
    NothingCapturedError,
    SchemaMissingError,
    StorageError,
    StrongroomError,
    UsageError,
)
from strongroom.model.finding import Finding, RefusedError

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output

_KINDS: Final[dict[type[StrongroomError], str]] = {
    UsageError: "usage",
    NothingCapturedError: "nothing-captured",
    StorageError: "storage",
    SchemaMissingError: "schema-missing",
    InterruptedByUserError: "interrupted",
}
_DISK: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as the command line tells it; `kind` as in the published schema."""

    exit: Exit
    kind: str
    message: str
    findings: tuple[Finding, ...] = ()


def failure_of(error: BaseException) -> Failure:
    """Say what an exception means for whoever ran the command."""
    if isinstance(error, RefusedError):
        return Failure(Exit.REFUSED, "refused", str(error), error.findings)
    if isinstance(error, KeyboardInterrupt):
        message = "interrupted; run the same command again and it goes on from where it stopped"
        return Failure(Exit.INTERRUPTED, "interrupted", message)
    if isinstance(error, StrongroomError):
        kind = next((kind for known, kind in _KINDS.items() if isinstance(error, known)), "bug")
        return Failure(Exit(error.exit_code), kind, str(error))
    if isinstance(error, OSError) and error.errno in _DISK:
        place = f" at {error.filename}" if error.filename else ""
        message = f"the disk cannot be written{place}: {error.strerror}; make room and run the same command again"
        return Failure(Exit.STORAGE, "storage", message)
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    message = (
        f"something unforeseen happened ({what}). This is a bug: please report it with the file that "
        "the same command writes when --log FILE is added"
    )
    return Failure(Exit.BUG, "bug", message)


def tell(failure: Failure, *, command: str | None, json: bool) -> int:
    """Print the failure and return its exit status."""
    if json:
        put_document(_document(failure, command))
    else:
        put_lines(finding_lines(failure.findings), sys.stderr)
        say(readable(failure.message))
    return failure.exit


def traced(error: BaseException) -> Sequence[str]:
    """The traceback, line by line."""
    return "".join(traceback.format_exception(error)).rstrip().split("\n")


def _document(failure: Failure, command: str | None) -> "Output":
    from strongroom.cli.outputs import COMMANDS
    from strongroom.cli.outputs.parts import ErrorPart, FailureOutput

    model = COMMANDS.get(command or "", FailureOutput)
    document = {"exit": int(failure.exit), "error": ErrorPart.of(failure)}
    if failure.findings and "findings" in model.model_fields:
        document["findings"] = finding_parts(failure.findings)
    return model.model_validate(document)
