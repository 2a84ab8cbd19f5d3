"""`strongroom retry`: parked jobs are done again."""

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from strongroom.cli.archive_options import add_archive_options, archive_settings
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.report import show
from strongroom.cli.working import job_part, shown
from strongroom.errors import UsageError

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.jobs.job import Recorded


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "retry",
        summary="do parked jobs again",
        description="Put parked jobs back into their queues, as if nobody had tried them yet: after the disk has room "
        "again, a replica is back, or a bag was looked at. `strongroom status` names them with the reason. A page that "
        "gave no answer can be named too.",
        usage="ID… | --all [OPTIONS]",
        run=run,
        examples=("strongroom retry 3f2a91c0", "strongroom retry --all --root /srv/archive"),
        exits=(Exit.STORAGE,),
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="of a job, or a beginning of it that is its alone")
    parser.add_argument("--all", action="store_true", help="all that are parked")
    add_archive_options(parser, jobs=True)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    if bool(arguments.ids) == arguments.all:
        raise UsageError("name jobs, or give --all for all that are parked; `strongroom status` names them")
    settings = archive_settings(arguments)
    from strongroom.jobs.database import require_extra
    from strongroom.jobs.place import Place
    from strongroom.jobs.status import retry
    from strongroom.repository.archive import Archive

    require_extra()
    place = Place.of(Archive.open(arguments.root), settings.archive.jobs)
    taken_up = retry(place, arguments.ids, clock=clock())
    return show(arguments, Exit.DONE, document=lambda: _document(taken_up), lines=_lines(taken_up))


def _lines(taken_up: "Sequence[Recorded]") -> Iterator[str]:
    for one in taken_up:
        yield f"waiting: {shown(one.job)}"
    if not taken_up:
        yield "no job is parked"


def _document(taken_up: "Sequence[Recorded]") -> "Output":
    from strongroom.cli.outputs.working import RetryOutput

    return RetryOutput(exit=Exit.DONE, jobs=tuple(map(job_part, taken_up)))
