"""`strongroom versions`: what an object was, capture by capture."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from strongroom.cli.archive_options import add_archive_options
from strongroom.cli.exits import Exit
from strongroom.cli.looking import (
    catalogue,
    day_of,
    outcome_words,
    state_of,
    tombstone_lines,
    tombstone_part,
    version_part,
)
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.readable import readable
from strongroom.cli.report import show
from strongroom.model.amounts import amount, counted

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.repository.catalogue.values import CataloguedObject


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "versions",
        summary="the versions of an object of the archive",
        description="List the versions of an object, oldest first: when each was captured and stored, the bag that it "
        "was, and what became of its URLs. ID is the identifier of the object, the name of a bag or an ingest "
        "identifier, or the beginning of one that leads to one object.",
        usage="ID [OPTIONS]",
        run=run,
        examples=("strongroom versions urn:uuid:5f…", "strongroom versions uuid-5f --json"),
        exits=(Exit.STORAGE,),
    )
    parser.add_argument("id", metavar="ID", help="of the object or a bag, or the beginning of it")
    add_archive_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    with catalogue(arguments) as opened:
        found = opened.show(arguments.id)
    return show(
        arguments,
        Exit.DONE,
        document=lambda: _document(found),
        lines=_lines(found, quiet=hasattr(arguments, "quiet")),
    )


def _lines(found: "CataloguedObject", *, quiet: bool) -> Iterator[str]:
    if not quiet:
        yield f"{readable(found.object_id)}, {state_of(found)}"
        yield from tombstone_lines(found)
    for one in found.versions:
        captured = day_of(one.captured) or "no date"
        yield f"{one.number:>4}  captured {captured:<10}  stored {day_of(one.committed)}  {readable(one.package_id)}"
        if not quiet:
            urls = f"; URLs: {outcome_words(one.outcomes)}" if one.kind == "package" else ""
            yield f"      {counted(one.files, 'file')}, {amount(one.length_bytes)}{urls}"


def _document(found: "CataloguedObject") -> "Output":
    from strongroom.cli.outputs.looking import VersionsOutput

    return VersionsOutput(
        exit=Exit.DONE,
        object_id=found.object_id,
        state=found.state,
        since=found.since,
        versions=tuple(map(version_part, found.versions)),
        tombstone=tombstone_part(found),
    )
