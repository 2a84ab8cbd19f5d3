"""`strongroom status`: how the jobs of an archive stand, and what needs a person."""

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from strongroom.cli.archive_options import add_archive_options, archive_settings
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command, whole
from strongroom.cli.readable import readable
from strongroom.cli.report import program, show
from strongroom.cli.working import job_part, shown
from strongroom.errors import StorageError
from strongroom.model.amounts import counted

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.jobs.job import Recorded
    from strongroom.jobs.status import Status
    from strongroom.repository.archive import Archive

_PARKED: Final = 10
_KINDS: Final = ("ingest", "capture", "audit", "replicate")
_ORDER: Final = ("waiting", "working", "postponed", "done", "refused", "empty", "damaged", "gone", "parked")


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "status",
        summary="how the jobs of an archive stand, and what needs a person",
        description="Count the jobs of an archive by what has become of them, say since when the oldest waits, and "
        "name those that are parked, each with its reason. Waiting, working and postponed jobs go on by themselves; "
        "done, refused (in quarantine, with a report), empty (no answer came), damaged (damage was found) and "
        "gone (left the folder before its turn) are over; parked ones wait for `strongroom retry`.",
        usage="[OPTIONS]",
        run=run,
        examples=("strongroom status --root /srv/archive", "strongroom status --list capture --json"),
        exits=(Exit.STORAGE,),
    )
    parser.add_argument("--list", choices=_KINDS, default="", help="also name every job of a kind, with its result")
    parser.add_argument(
        "--parked", type=whole, metavar="N", default=_PARKED, help=f"name N parked jobs at most (default {_PARKED})"
    )
    add_archive_options(parser, jobs=True)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = archive_settings(arguments)
    from strongroom.jobs.job import Kind
    from strongroom.jobs.place import Place
    from strongroom.jobs.status import jobs_of, jobs_status
    from strongroom.repository.archive import Archive

    archive = Archive.open(arguments.root)
    place = Place.of(archive, settings.archive.jobs)
    status = jobs_status(place, parked=arguments.parked)
    listed = jobs_of(place, Kind(arguments.list)) if arguments.list else ()
    held = _held(archive, settings.archive.catalogue)
    return show(
        arguments,
        Exit.DONE,
        document=lambda: _document(status, listed, held),
        lines=_lines(status, listed, held, quiet=hasattr(arguments, "quiet")),
    )


def _held(archive: "Archive", url: str) -> tuple[int, int] | None:
    """Objects and log entries, where a catalogue is there to say so; nothing is made to find out."""
    from strongroom.repository.catalogue import Catalogue

    try:
        with Catalogue.open(archive, url) as catalogue:
            return catalogue.glance()
    except StorageError:
        return None


def _lines(
    status: "Status", listed: "Sequence[Recorded]", held: tuple[int, int] | None, *, quiet: bool
) -> Iterator[str]:
    if not status.counts:
        yield "no jobs"
    for kind, states in sorted(status.counts.items()):
        numbers = {state.value: number for state, number in states.items()}
        yield f"{kind.value:<9} " + ", ".join(f"{numbers[name]} {name}" for name in _ORDER if name in numbers)
    if quiet:
        return
    if status.oldest_waiting is not None:
        yield f"oldest    waiting since {status.oldest_waiting:%Y-%m-%d %H:%M:%S} UTC"
    yield f"workers   {status.workers}"
    if held is not None:
        yield f"catalogue {counted(held[0], 'object')}, of {counted(held[1], 'log entry')}"
    for one in status.parked:
        yield ""
        yield f"parked    {one.job.id[:12]}  {shown(one.job)}"
        yield f"          {readable(one.reason)}"
    if status.parked:
        yield ""
        yield f"again     {program()} retry {status.parked[0].job.id[:12]}"
    for one in listed:
        yield f"{one.state.value:<9}  {shown(one.job)}{_result(one)}"


def _result(one: "Recorded") -> str:
    said = one.reason or str(one.facts.get("package") or one.facts.get("object") or "")
    return f"  {readable(said)}" if said else ""


def _document(status: "Status", listed: "Sequence[Recorded]", held: tuple[int, int] | None) -> "Output":
    from strongroom.cli.outputs.working import CountPart, StatusOutput

    return StatusOutput(
        exit=Exit.DONE,
        counts=tuple(
            CountPart(kind=kind.value, state=state.value, jobs=number)
            for kind, states in sorted(status.counts.items())
            for state, number in sorted(states.items())
        ),
        waiting_since=status.oldest_waiting,
        workers=status.workers,
        parked=tuple(map(job_part, status.parked)),
        jobs=tuple(map(job_part, listed)),
        objects=held[0] if held is not None else None,
        log_entries=held[1] if held is not None else None,
    )
