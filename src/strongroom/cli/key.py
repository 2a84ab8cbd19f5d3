"""`strongroom key`: the key that signs the log, the one that follows it, and those of officers."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from strongroom.cli.archive_options import add_archive_options
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.readable import readable
from strongroom.cli.report import say, show
from strongroom.errors import StorageError, UsageError

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.repository.archive import Archive
    from strongroom.repository.log import Log


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "key",
        summary="the keys that sign the log and withdrawals",
        description="Show the keys of an archive. `new` makes a key for an officer, who may then sign withdrawals: the "
        "private half is written to a file that is theirs, the public half is logged. `revoke` ends an officer's key. "
        "`rotate` lets a new key follow the one that signs the log, signed by both; with --lost, when the old one is "
        "gone for good.",
        usage="[show|new|revoke|rotate] [OPTIONS]",
        run=run,
        examples=(
            "strongroom key",
            "strongroom key new --name Alice --output /media/alice/key.pem",
            "strongroom key revoke --name Alice",
            "strongroom key rotate",
        ),
        exits=(Exit.STORAGE,),
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=("show", "new", "revoke", "rotate"),
        default="show",
        metavar="show|new|revoke|rotate",
        help="what to do (default show)",
    )
    parser.add_argument("--name", default="", metavar="NAME", help="of the officer")
    parser.add_argument("--output", type=Path, metavar="FILE", help="new file for an officer's private key")
    parser.add_argument("--lost", action="store_true", help="rotate without the old key, which is lost")
    add_archive_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    from strongroom.repository.archive import Archive
    from strongroom.repository.log import Log

    _check_options(arguments)
    archive = Archive.open(arguments.root)
    if arguments.what != "show":
        _change(archive, arguments)
    log = Log.open(archive)

    def document() -> "Output":
        return _document(log, arguments)

    return show(arguments, Exit.DONE, document=document, lines=_lines(log, arguments))


def _check_options(arguments: argparse.Namespace) -> None:
    what = arguments.what
    if what in {"new", "revoke"} and not arguments.name:
        raise UsageError(f"`strongroom key {what}` needs --name, the name of the officer")
    if what == "new" and arguments.output is None:
        raise UsageError("`strongroom key new` needs --output, a file that is the officer's")
    if arguments.lost and what != "rotate":
        raise UsageError("--lost belongs to `strongroom key rotate`")


def _change(archive: "Archive", arguments: argparse.Namespace) -> None:
    from strongroom.repository import officers
    from strongroom.repository.log import Log
    from strongroom.workflow.edges import new_urn

    log, now = Log.open(archive), clock()
    with archive.attempt(new_id=new_urn) as attempt:
        if arguments.what == "new":
            officers.register(log, attempt, arguments.name, arguments.output, clock=now)
        elif arguments.what == "revoke":
            officers.revoke(log, attempt, arguments.name, clock=now)
        else:
            log.rotate(attempt, now(), lost=arguments.lost)
            say("publish the new public key where depositors found the old one; `strongroom key` shows it")


def _document(log: "Log", arguments: argparse.Namespace) -> "Output":
    from strongroom.cli.outputs.proving import KeyOutput, OfficerPart
    from strongroom.repository.keys import log_key_path
    from strongroom.repository.officers import officers
    from strongroom.repository.statements import keys_of

    now = log.checkpoint
    written = str(arguments.output) if arguments.what == "new" else None
    if now is None:
        return KeyOutput(exit=Exit.DONE, written=written)
    *before, key = keys_of(now)
    return KeyOutput(
        exit=Exit.DONE,
        key_id=key.id,
        public_key=key.pem().decode("ascii"),
        private_key=str(log_key_path(log.archive, key.id)),
        usable=not _why_unusable(log),
        previous=tuple(one.id for one in before),
        officers=tuple(
            OfficerPart(name=one.key.name, key_id=one.key.id, since=one.since, entry=one.entry) for one in officers(log)
        ),
        written=written,
    )


def _lines(log: "Log", arguments: argparse.Namespace) -> Iterator[str]:
    from strongroom.repository.keys import log_key_path
    from strongroom.repository.officers import officers
    from strongroom.repository.statements import keys_of

    if log.checkpoint is None:
        yield "nothing was logged yet; the first bag that is taken in makes the key"
        return
    *before, key = keys_of(log.checkpoint)
    yield f"the key {key.id} signs the log of {readable(key.name)}"
    yield f"  private    {readable(str(log_key_path(log.archive, key.id)))}"
    if why := _why_unusable(log):
        yield f"  unusable   {readable(why)}"
    for one in before:
        yield f"  before     {one.id}"
    for officer in officers(log):
        since = officer.since.isoformat(timespec="seconds")
        yield f"  officer    {readable(officer.key.name)}, key {officer.key.id}, since {since}"
    if arguments.what == "new":
        yield f"  written    {readable(str(arguments.output))}"
    if not hasattr(arguments, "quiet"):
        yield ""
        yield from key.pem().decode("ascii").rstrip("\n").split("\n")


def _why_unusable(log: "Log") -> str:
    from strongroom.repository.keys import log_key

    try:
        if log.checkpoint is not None:
            log_key(log.archive, log.checkpoint.key_id)
    except StorageError as error:
        return str(error)
    return ""
