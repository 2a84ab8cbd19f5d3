"""`strongroom watch`: the repository's door as a service."""

import argparse
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from strongroom.cli.archive_options import add_archive_options, archive_settings
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command, seconds, whole
from strongroom.cli.readable import readable
from strongroom.cli.report import say, show
from strongroom.cli.working import Lines, stopping, worker_command
from strongroom.model.amounts import counted

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.repository.archive import Archive
    from strongroom.settings import Settings

_POLL_SECONDS: Final = 2.0


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "watch",
        summary="take in bags as they are delivered, as a service",
        description="Look after incoming folders, and take in every bag that lies ready there: one with a file "
        "NAME.ready beside it, or one that has not changed for a while ([ingest] settle_seconds). Names that begin "
        "with a full stop or end in .partial, .tmp or .filepart wait. The kernel tells of new bags; since it does not "
        "on network file systems, the folders are also looked through every few seconds.\n\nWhat is found ready is "
        "put into a queue, in the archive or with --jobs in PostgreSQL, and done by worker processes that are begun "
        "here and begun anew when they die. A bag that three workers died of, or that could not be taken in for hours, "
        "is parked: `strongroom status` says why, `strongroom retry` tries again. Deleting the queue loses "
        "nothing.\n\nA line is said on stderr for each bag, and with --log a JSON object is written. Ctrl-C or SIGTERM "
        "ends it within seconds; what was under way goes on at the next start.\n\nA replica that ingests went past, "
        "because it is new or was not named, is brought up to the archive.",
        usage="[OPTIONS]",
        run=run,
        examples=(
            "strongroom watch --root /srv/archive",
            "strongroom watch --root /srv/archive --incoming /srv/sftp/in --incoming /mnt/scans --workers 4",
            "strongroom watch --root /srv/archive --jobs postgresql://archive@db/jobs --workers 0",
        ),
        exits=(Exit.STORAGE,),
    )
    parser.add_argument(
        "--incoming",
        action="append",
        type=Path,
        metavar="DIR",
        default=[],
        help="look after DIR; repeatable (default: the folder incoming of the archive)",
    )
    parser.add_argument(
        "--workers",
        type=whole,
        metavar="N",
        default=1,
        help="worker processes; 0: `strongroom worker` runs elsewhere (default 1)",
    )
    parser.add_argument(
        "--poll",
        type=seconds,
        metavar="SECONDS",
        default=_POLL_SECONDS,
        help=f"between two looks where the kernel tells nothing (default {_POLL_SECONDS:g})",
    )
    parser.add_argument(
        "--audit", action="store_true", help="also read again, every day, what is due ([archive] audit_days)"
    )
    add_archive_options(parser, replicas=True, jobs=True)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = archive_settings(arguments)
    from strongroom.jobs.database import require_extra
    from strongroom.repository.archive import Archive
    from strongroom.workflow import new_urn

    require_extra()
    archive = Archive.open_or_make(arguments.root, new_id=new_urn)
    arguments.incoming = arguments.incoming or [archive.incoming]
    lines = Lines(arguments)
    with stopping() as stop:
        if not hasattr(arguments, "quiet"):
            names = ", ".join(readable(str(folder)) for folder in arguments.incoming)
            say(f"watching {names} with {counted(arguments.workers, 'worker')}")
        _serve(arguments, archive, settings, lines, stop)
    return show(arguments, Exit.DONE, document=lambda: _document(lines), lines=())


def _serve(
    arguments: argparse.Namespace,
    archive: "Archive",
    settings: "Settings",
    lines: Lines,
    stop: threading.Event,
) -> None:
    """Keep the door here, and the workers in a thread beside it; whichever fails ends the other."""
    from strongroom.jobs.incoming import Looking, keep_door
    from strongroom.jobs.place import Place
    from strongroom.jobs.replication import replications_due
    from strongroom.jobs.supervising import supervise
    from strongroom.workflow import new_urn

    failures: list[BaseException] = []
    command, number = worker_command(arguments), arguments.workers
    workers = threading.Thread(
        target=_failing,
        args=(lambda: supervise(command, number, stop=stop, on_trouble=lines.trouble), failures, stop),
        name="workers",
    )
    workers.start()
    try:
        keep_door(
            Place.of(archive, settings.archive.jobs),
            Looking(arguments.incoming, max(0.1, arguments.poll), arguments.audit),
            settings,
            stop=stop,
            clock=clock(),
            chores=replications_due(archive, settings, clock=clock(), new_id=new_urn),
            on_arrival=lines.arrived,
            on_trouble=lines.trouble,
        )
    finally:
        stop.set()
        workers.join()
    for failure in failures:
        raise failure


def _failing(work: Callable[[], None], failures: list[BaseException], stop: threading.Event) -> None:
    try:
        work()
    except BaseException as error:  # noqa: BLE001 - raised again by the main thread
        failures.append(error)
        stop.set()


def _document(lines: Lines) -> "Output":
    from strongroom.cli.outputs.working import WatchOutput

    return WatchOutput(exit=Exit.DONE, arrived=sum(lines.counts.values()))
