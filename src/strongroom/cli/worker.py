"""`strongroom worker`: does what waits in an archive's queues, until it is asked to stop."""

import argparse
import os
import sys
import threading
from typing import TYPE_CHECKING

from strongroom.cli.archive_options import add_archive_options, archive_settings
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command, positive_int
from strongroom.cli.report import show
from strongroom.cli.working import Lines, stopping, worker_command

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "worker",
        summary="do what waits in an archive's queues",
        description="Take in the bags that `strongroom watch` found ready, capture the pages that `strongroom queue` "
        "was given, and bring replicas up to the archive that ingests went past: one of each at a time, until it is "
        "asked to stop (Ctrl-C, SIGTERM). Any number of workers may run; with --jobs postgresql://… also on several "
        "machines that see the same archive. The jobs of a worker that dies are taken over by the others within ten "
        "seconds, or done when one begins again.\n\nA line is said "
        "on stderr for each job, and with --log a JSON object is written.",
        usage="[OPTIONS]",
        run=run,
        examples=(
            "strongroom worker --root /srv/archive",
            "strongroom worker --root /srv/archive --workers 4 --jobs postgresql://archive@db/jobs",
        ),
        exits=(Exit.STORAGE,),
    )
    parser.add_argument(
        "--workers", type=positive_int, metavar="N", default=0, help="keep N worker processes running, begun anew"
    )
    parser.add_argument("--tied", action="store_true", help=argparse.SUPPRESS)
    add_archive_options(parser, replicas=True, jobs=True)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = archive_settings(arguments)
    from strongroom.jobs.database import require_extra
    from strongroom.jobs.place import Place
    from strongroom.repository.archive import Archive
    from strongroom.workflow import new_urn

    require_extra()
    archive = Archive.open_or_make(arguments.root, new_id=new_urn)
    place = Place.of(archive, settings.archive.jobs)
    lines = Lines(arguments)
    at_rest = True
    with stopping() as stop:
        if arguments.workers:
            from strongroom.jobs.supervising import supervise

            supervise(worker_command(arguments), arguments.workers, stop=stop, on_trouble=lines.trouble)
        else:
            from strongroom.jobs.replication import replications_due
            from strongroom.jobs.worker import run_worker
            from strongroom.jobs.works import works_of

            if arguments.tied:
                threading.Thread(target=_end_with_input, args=(stop,), daemon=True).start()
            at_rest = run_worker(
                place,
                works_of(archive, settings, clock=clock(), new_id=new_urn),
                stop=stop,
                clock=clock(),
                new_id=new_urn,
                chores=replications_due(archive, settings, clock=clock(), new_id=new_urn),
                on_happening=lines.happened,
                on_trouble=lines.trouble,
            )
        show(arguments, Exit.DONE, document=lambda: _document(lines), lines=())
    if not at_rest:
        # A job does not listen, and Python would wait for its thread. It is nobody's any more: what it had not
        # finished is finished by the next worker, as after a kill.
        sys.stdout.flush()
        os._exit(Exit.DONE)
    return Exit.DONE


def _end_with_input(stop: threading.Event) -> None:
    # past the buffer of sys.stdin, whose lock a thread must not hold when Python ends
    while os.read(0, 1024):
        pass
    stop.set()


def _document(lines: Lines) -> "Output":
    from strongroom.cli.outputs.working import CountPart, WorkerOutput

    counts = sorted(lines.counts.items())
    return WorkerOutput(
        exit=Exit.DONE, counts=tuple(CountPart(kind=kind, state=state, jobs=jobs) for (kind, state), jobs in counts)
    )
