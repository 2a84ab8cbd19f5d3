"""`strongroom restore`: a version of an object becomes the bag again that it was."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from strongroom.cli.archive_options import add_archive_options, archive_settings
from strongroom.cli.exits import Exit
from strongroom.cli.looking import catalogue, day_of
from strongroom.cli.parser import Subparsers, VersionAction, add_command, positive_int
from strongroom.cli.readable import readable
from strongroom.cli.report import say, show
from strongroom.errors import StorageError, UsageError
from strongroom.formats.timestamp import timestamp
from strongroom.model.amounts import amount, counted

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.repository.archive import Archive
    from strongroom.repository.restoring import Restored


class _VersionOrNumber(argparse.Action):
    """`--version N` for the version of an object; without a number the program's own, as with every command."""

    def __call__(self, _: object, namespace: argparse.Namespace, values: object, __: str | None = None) -> None:
        """Keep the number."""
        if values is None:
            VersionAction([], "version")()
        setattr(namespace, self.dest, values)


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "restore",
        summary="give a version of an object back as the bag it was",
        description="Write the bag that was taken in, byte for byte and under its own name, into a folder. Every file "
        "is compared with the inventory, and the inventory with the log. Where a copy is damaged the bag comes from "
        "the first replica that has it whole. ID is the identifier of the object, the name of a bag or an ingest "
        "identifier, or the beginning of one that leads to one object; a bag or an ingest stands for its version, "
        "and an object for its last.\n\n"
        "The archive is not changed, and no database need be there for the identifier of an object in full. A replica "
        "can be given as --root.",
        usage="ID --output DIR [OPTIONS]",
        run=run,
        examples=(
            "strongroom restore urn:uuid:5f… --output /tmp/restored",
            "strongroom restore urn:uuid:5f… --version 2 --output .",
            "strongroom restore urn:uuid:5f… --output . --root /mnt/replica",
        ),
        exits=(Exit.REFUSED, Exit.STORAGE),
    )
    parser.add_argument("id", metavar="ID", help="of the object or a bag, or the beginning of it")
    parser.add_argument(
        "--version",
        "--version-number",
        dest="number",
        nargs="?",
        type=positive_int,
        action=_VersionOrNumber,
        metavar="N",
        help="of the object, from 1 (default: the last); without N, show the program's version and exit",
    )
    parser.add_argument("--output", type=Path, metavar="DIR", required=True, help="folder in which the bag's is made")
    parser.add_argument("--withdrawn", action="store_true", help="also an object that was withdrawn and is still here")
    add_archive_options(parser, replicas=True)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = archive_settings(arguments)
    from strongroom.repository.archive import Archive
    from strongroom.repository.remembering import replica_folders
    from strongroom.repository.restoring import restore_from
    from strongroom.repository.withdrawal import tombstone

    archive = Archive.open_to_read(arguments.root)
    copies = [archive]
    for path in replica_folders(archive.root, settings.archive.replicas):
        try:
            copies.append(Archive.open_to_read(path))
        except (UsageError, StorageError) as error:
            say(readable(f"a replica cannot be asked: {error}"))
    for copy in copies[1:]:
        if copy.id != archive.id:
            raise StorageError(f"{copy.root} is a copy of {copy.id}, not of {archive.id}; name its own replicas")
    object_id, number = _meant(arguments, archive, arguments.number)
    if not arguments.withdrawn and (stone := tombstone(archive, object_id)) is not None:
        raise UsageError(
            f"{object_id} was withdrawn on {stone.confirmed.at:%Y-%m-%d} ({stone.reason}); `--withdrawn` gives it back "
            "all the same"
        )
    restored = restore_from(copies, object_id, number, arguments.output)
    for sentence in restored.damage:
        say(readable(f"a copy is damaged, and the next was asked: {sentence}"))
    lines = _lines(restored, quiet=hasattr(arguments, "quiet"))
    return show(arguments, Exit.DONE, document=lambda: _document(restored), lines=lines)


def _meant(arguments: argparse.Namespace, archive: "Archive", number: int | None) -> tuple[str, int | None]:
    """The object and version that are asked for; the catalogue is needed for what is no identifier of an object."""
    from strongroom.repository.stored import object_folder

    asked: str = arguments.id
    if archive.replica or object_folder(archive, asked).is_dir():
        return asked, number
    with catalogue(arguments) as opened:
        found = opened.show(asked)
    if found.state == "purged":
        raise UsageError(
            f"{found.object_id} was purged on {day_of(found.since)}; `strongroom show` says by whom and why"
        )
    if number is None:
        named = [one.number for one in found.versions if asked in {one.package_id, one.ingest_id}]
        started = [one.number for one in found.versions if asked and one.package_id.startswith(asked)]
        started += [one.number for one in found.versions if asked and one.ingest_id.startswith(asked)]
        number = next((some[0] for some in (named, started) if len(some) == 1), None)
    return found.object_id, number


def _lines(restored: "Restored", *, quiet: bool) -> Iterator[str]:
    version = restored.version
    yield readable(str(restored.path))
    if quiet:
        return
    yield f"object     {readable(version.object_id)}"
    yield f"version    {version.number}, stored {timestamp(version.created)}"
    yield f"ingest     {version.ingest_id}"
    size = f"{counted(version.files, 'file')}, {amount(version.length_bytes)}"
    yield f"           {size}, from {readable(restored.copy.name)}"


def _document(restored: "Restored") -> "Output":
    from strongroom.cli.outputs.giving_back import RestoreOutput

    version = restored.version
    return RestoreOutput(
        exit=Exit.DONE,
        path=str(restored.path),
        object_id=version.object_id,
        version=version.number,
        package_id=version.package_id,
        ingest_id=version.ingest_id,
        stored=version.created,
        files=version.files,
        length_bytes=version.length_bytes,
        copy_name=restored.copy.name,
        damage=restored.damage,
    )
