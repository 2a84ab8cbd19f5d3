"""`strongroom withdraw`: an object leaves the archive by the word of two persons, and is removed only later."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strongroom.cli.archive_options import add_archive_options, archive_settings
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.readable import readable
from strongroom.cli.report import say, show
from strongroom.errors import UsageError

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.model.tombstone import Signature
    from strongroom.repository.archive import Archive
    from strongroom.settings import Settings


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "withdraw",
        summary="take an object out of the archive, by two persons",
        description="Withdraw an object. One officer asks with --reason, another confirms with --confirm; each signs "
        "with a key of their own (`strongroom key new`). From then on the object counts as withdrawn and nothing is "
        "taken into it. After the days that the settings say ([archive] purge_days), and not before, an officer has it "
        "removed from the store and every replica with --purge. Until then --cancel takes it back. Every step is in "
        "the log, and a tombstone stays. Without any of these, show how far it is.",
        usage="ID [--reason TEXT | --confirm | --cancel | --purge] [OPTIONS]",
        run=run,
        examples=(
            'strongroom withdraw urn:uuid:… --reason "order of a court" --key /media/alice/key.pem',
            "strongroom withdraw urn:uuid:… --confirm --key /media/bob/key.pem",
            "strongroom withdraw urn:uuid:… --purge --key /media/bob/key.pem",
            "strongroom withdraw urn:uuid:…",
        ),
        exits=(Exit.STORAGE,),
    )
    parser.add_argument("id", metavar="ID", help="the whole identifier of the object")
    parser.add_argument("--reason", default="", metavar="TEXT", help="ask for it, or with --cancel say why not")
    steps = parser.add_mutually_exclusive_group()
    for step, text in (
        ("confirm", "confirm what another officer asked for"),
        ("cancel", "take back a withdrawal, or the request for one"),
        ("purge", "remove the object from every copy, when the delay has passed"),
    ):
        steps.add_argument(f"--{step}", action="store_const", const=step, dest="step", help=text)
    parser.add_argument("--key", type=Path, metavar="FILE", help="an officer's private key")
    add_archive_options(parser, replicas=True)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    from strongroom.repository.archive import Archive

    settings = archive_settings(arguments)
    step = arguments.step or ("request" if arguments.reason else "")
    if step and arguments.key is None:
        raise UsageError("each step of a withdrawal is signed; name your key with --key")
    if not step and arguments.key is not None:
        raise UsageError("say what to sign: --reason TEXT, --confirm, --cancel or --purge")
    if arguments.reason and step in {"confirm", "purge"}:
        raise UsageError(f"the reason was given by whoever asked; leave out --reason with --{step}")
    try:
        arguments.id.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError("the identifier of an object is text; this one is not") from error
    archive = Archive.open(arguments.root)
    if step:
        _do(step, archive, arguments, settings)
    state = _state(archive, arguments.id)

    def document() -> "Output":
        return _document(arguments.id, state)

    return show(arguments, Exit.DONE, document=document, lines=_lines(arguments.id, state))


def _do(step: str, archive: "Archive", arguments: argparse.Namespace, settings: "Settings") -> None:
    from strongroom.repository.completing import complete
    from strongroom.repository.log import Log
    from strongroom.repository.officers import officer_key
    from strongroom.repository.purging import purge
    from strongroom.repository.recovery import recover
    from strongroom.repository.withdrawal import cancel_withdrawal, confirm_withdrawal, request_withdrawal
    from strongroom.repository.work import opened_replicas
    from strongroom.workflow.edges import new_urn

    now, name = clock(), arguments.id
    replicas = opened_replicas(archive, settings, new_id=new_urn)
    for sentence in recover(archive, replicas, settings, complete=complete, clock=now, new_id=new_urn):
        say(sentence)
    key = officer_key(Log.open(archive), arguments.key)
    if step == "purge":
        purge(archive, replicas, name, key, clock=now, new_id=new_urn)
        return
    with archive.attempt(new_id=new_urn) as attempt:
        if step == "request":
            request_withdrawal(archive, attempt, name, arguments.reason, key, clock=now)
        elif step == "confirm":
            days = settings.archive.purge_days
            confirm_withdrawal(archive, attempt, name, key, purge_days=days, clock=now)
        else:
            cancel_withdrawal(archive, attempt, name, arguments.reason, key, clock=now)
    for replica in replicas:
        with replica.attempt(new_id=new_urn) as attempt:
            Log.open(archive).copy_to(replica, attempt)


def _state(archive: "Archive", name: str) -> dict[str, Any]:
    """How far it is, under the names of the JSON document."""
    from strongroom.repository.log import Log
    from strongroom.repository.withdrawal import pending, signature_of, tombstone

    if stone := tombstone(archive, name):
        return {
            "state": "withdrawn" if stone.purged is None else "purged",
            "reason": stone.reason,
            "requested": stone.requested,
            "confirmed": stone.confirmed,
            "purge_at": stone.purge_at,
            "purged": stone.purged,
        }
    if request := pending(Log.open(archive), name):
        return {
            "state": "requested",
            "reason": str(request[1].facts["reason"]),
            "requested": signature_of(*request),
        }
    return {"state": "kept"}


def _document(name: str, state: dict[str, Any]) -> "Output":
    from strongroom.cli.outputs.proving import SignaturePart, WithdrawOutput

    signed = {
        part: SignaturePart.of(state[part])
        for part in ("requested", "confirmed", "purged")
        if state.get(part) is not None
    }
    return WithdrawOutput.model_validate({"exit": Exit.DONE, "object_id": name, **state, **signed})


def _lines(name: str, state: dict[str, Any]) -> Iterator[str]:
    words = {
        "kept": "not withdrawn, and nobody asked for it",
        "requested": "somebody asked for its withdrawal, and another officer has to confirm",
        "withdrawn": "withdrawn",
        "purged": "withdrawn and removed from every copy",
    }
    yield f"{readable(name)}: {words[state['state']]}"
    if "reason" in state:
        yield f"  reason     {readable(state['reason'])}"
    for part in ("requested", "confirmed", "purged"):
        if (signature := state.get(part)) is not None:
            yield f"  {part:<10} {_signed(signature)}"
    if state["state"] == "withdrawn":
        yield f"  purge      from {state['purge_at'].isoformat(timespec='seconds')} on, with --purge"


def _signed(signature: "Signature") -> str:
    at = signature.at.isoformat(timespec="seconds")
    return f"by {readable(signature.officer)} at {at}, entry {signature.entry} of the log"
