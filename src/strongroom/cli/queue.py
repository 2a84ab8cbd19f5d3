"""`strongroom queue`: long lists of pages, and replicas that lack something, wait for workers."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from strongroom.cli.archive_options import add_archive_options, archive_settings
from strongroom.cli.capture_options import add_plan_options
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.readable import readable
from strongroom.cli.report import program, show
from strongroom.errors import UsageError

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.jobs.job import Job
    from strongroom.jobs.status import Queued
    from strongroom.settings import Settings

_SHOWN: Final = 10


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "queue",
        summary="let workers capture a long list of pages, or fill replicas",
        description="Put every page of a list into the queue of an archive, from which any number of `strongroom "
        "worker` processes capture them, each into a bag of its own in the archive's folder `bags`. A list has a URL a "
        "line; empty lines and lines that begin with # are passed over. Pages of one host are captured one after the "
        "other, and over all workers no host is asked faster than its delay. What fails keeps no other page from being "
        "captured.\n\nThe same list again queues only what is new, gave no answer, or was parked. What belongs to a "
        "capture is said here; how hosts are asked and what is written into the bags, the workers' settings say."
        "\n\nWith --replicate the workers bring every replica up to the archive instead: what ingests went past it is "
        "copied there, compared with the log and read again from its disk. They do so by themselves too, within a "
        "minute of seeing a replica that lacks something. While its disk is away the job waits, however long.",
        usage="LIST… | --replicate [OPTIONS]",
        run=run,
        examples=(
            "strongroom queue seeds.txt --root /srv/archive --scope page",
            "strongroom worker --root /srv/archive --workers 4",
            "strongroom status --root /srv/archive --list capture",
            "strongroom queue --replicate --root /srv/archive --replica /mnt/new-disk",
        ),
        exits=(Exit.STORAGE,),
    )
    parser.add_argument("lists", nargs="*", metavar="LIST", help="a file of URLs, one a line; - for standard input")
    parser.add_argument("--replicate", action="store_true", help="bring every replica up to the archive")
    add_plan_options(parser)
    add_archive_options(parser, replicas=True, jobs=True)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    if bool(arguments.lists) == arguments.replicate:
        raise UsageError(
            "name lists of pages, or give --replicate for the replicas; `strongroom queue --help` tells more"
        )
    settings = archive_settings(arguments)
    from strongroom.jobs.database import require_extra
    from strongroom.jobs.place import Place
    from strongroom.jobs.status import queue
    from strongroom.repository.archive import Archive
    from strongroom.workflow import new_urn

    require_extra()
    if arguments.replicate:
        from strongroom.jobs.replication import replications_wanted

        archive = Archive.open(arguments.root)
        jobs = replications_wanted(archive, settings, clock=clock(), new_id=new_urn)
    else:
        jobs = list(_jobs(arguments.lists, settings))
        archive = Archive.open_or_make(arguments.root, new_id=new_urn)
    queued = queue(Place.of(archive, settings.archive.jobs), jobs, clock=clock())
    return show(arguments, Exit.DONE, document=lambda: _document(queued), lines=_lines(queued))


def _jobs(lists: Iterable[str], settings: "Settings") -> "Iterator[Job]":
    """The jobs of all lines; raises `UsageError` that names the lines that are none, and then nothing is queued."""
    from strongroom.jobs.works import capture_job

    faults = []
    for name in lists:
        for number, line in enumerate(_read(name), start=1):
            url = line.strip()
            if not url or url.startswith("#"):
                continue
            try:
                yield capture_job(url, settings)
            except UsageError as error:
                faults.append(f"{name}, line {number}: {error}")
    if faults:
        more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        raise UsageError("; ".join(map(readable, faults[:_SHOWN])) + more)


def _read(name: str) -> Iterable[str]:
    try:
        return (sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise UsageError(f"cannot read the list {name}: {why}; check the path") from error


def _lines(queued: "Queued") -> Iterator[str]:
    again = f", {queued.again} again" if queued.again else ""
    known = f", {queued.known} known already" if queued.known else ""
    yield f"queued: {queued.new} new{again}{known}"
    yield f"do it   {program()} worker"


def _document(queued: "Queued") -> "Output":
    from strongroom.cli.outputs.working import QueueOutput

    return QueueOutput(exit=Exit.DONE, new=queued.new, again=queued.again, known=queued.known)
