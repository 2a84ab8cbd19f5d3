"""`strongroom receipt`: the receipt of a bag, and what it takes to check it without this program."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from strongroom.cli.archive_options import add_archive_options
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command, positive_int
from strongroom.cli.readable import readable
from strongroom.cli.report import show
from strongroom.errors import UsageError
from strongroom.model.amounts import counted

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.model.receipt import Receipt
    from strongroom.repository.archive import Archive


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "receipt",
        summary="the receipt of a bag, to keep and to check elsewhere",
        description="Show the receipt of a bag that was taken in, and with --output put it into a folder together with "
        "the script that checks it and the archive's public key. Python's standard library is all that the script "
        "needs: no network, no program of ours.",
        usage="ID [OPTIONS]",
        run=run,
        examples=(
            "strongroom receipt urn:uuid:…",
            "strongroom receipt uuid-… --output for-the-depositor",
        ),
        exits=(Exit.STORAGE,),
    )
    parser.add_argument(
        "id", metavar="ID", help="ingest identifier, object identifier (its last version), or the name of the bag"
    )
    parser.add_argument("--version-number", type=positive_int, metavar="N", help="of the object, from 1")
    parser.add_argument("--output", type=Path, metavar="DIR", help="folder to put it into, made if it is not there")
    add_archive_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    from strongroom.repository.archive import Archive
    from strongroom.repository.receipts import receipt_path

    archive = Archive.open(arguments.root)
    receipt = _find(archive, arguments.id, arguments.version_number)
    path = receipt_path(archive.log, receipt.ingest_id)
    written = _write(receipt, arguments.output) if arguments.output is not None else ()

    def document() -> "Output":
        from strongroom.cli.outputs.proving import ReceiptOutput
        from strongroom.cli.outputs.taking_in import ReceiptPart

        return ReceiptOutput(
            exit=Exit.DONE, receipt=ReceiptPart.at(receipt, path), written=tuple(str(one) for one in written)
        )

    return show(
        arguments, Exit.DONE, document=document, lines=_lines(receipt, written, quiet=hasattr(arguments, "quiet"))
    )


def _find(archive: "Archive", name: str, version: int | None) -> "Receipt":
    from strongroom.repository import receipts
    from strongroom.repository.log import Log

    log = Log.open(archive)
    of_object = log.find("ingest", object=name) if version is None else log.find("ingest", object=name, version=version)
    for found in (log.find("ingest", ingest=name), of_object, log.find("ingest", package=name)):
        if found is not None:
            kept = receipts.read(archive, str(found[1].facts["ingest"]))
            # a receipt that is not there says again what the log says
            return kept or receipts.receipt_of(log.inclusion(found[0]))
    wanted = name if version is None else f"{name} in version {version}"
    raise UsageError(f"nothing of the name {wanted} was taken in; `strongroom log --entries` lists what was")


def _write(receipt: "Receipt", folder: Path) -> tuple[Path, ...]:
    from strongroom.repository import receipts
    from strongroom.repository.checker import checker_script
    from strongroom.repository.checker.script import NAME
    from strongroom.repository.keys import PublicKey
    from strongroom.repository.log.checkpoint import decoded
    from strongroom.storage import make_directory, saying, sync_tree, write_file

    checkpoint = receipt.inclusion.checkpoint
    key = PublicKey(checkpoint.origin, decoded(checkpoint.public_key))
    files = {
        f"receipt-{receipt.ingest_id[:16]}.json": receipts.render(receipt),
        NAME: checker_script(),
        f"log-{key.id}.pem": key.pem(),
    }
    make_directory(folder)
    for name, content in files.items():
        path = folder / name
        with saying("read", path):
            if path.is_symlink() or (path.exists() and path.read_bytes() != content):
                raise UsageError(f"{path} is something else and is never overwritten; choose another folder")
    for name, content in files.items():
        write_file(folder / name, [content])
    sync_tree(folder)
    return tuple(folder / name for name in files)


def _lines(receipt: "Receipt", written: tuple[Path, ...], *, quiet: bool) -> Iterator[str]:
    inclusion = receipt.inclusion
    yield f"{readable(receipt.object_id)}, version {receipt.version}"
    if not quiet:
        size = f"{counted(receipt.files, 'file')}, {counted(receipt.length_bytes, 'byte')}"
        yield f"  bag        {readable(receipt.package_id)}, {size}"
        yield f"  ingest     {receipt.ingest_id}"
        yield f"  ingested   {receipt.ingested_at.isoformat(timespec='seconds')}"
        yield f"  inventory  {receipt.inventory_sha512}"
        yield f"  replicas   {len(receipt.replicas)}"
        if receipt.warnings:
            yield f"  warnings   {', '.join(receipt.warnings)}"
        if receipt.empty_folders:
            yield f"  not kept   {len(receipt.empty_folders)} empty folders"
        if receipt.scan:
            yield f"  scanner    {readable(receipt.scan)}"
        yield f"  logged     entry {inclusion.index}, signed by the key {inclusion.checkpoint.key_id}"
    for path in written:
        yield f"  written    {readable(str(path))}"
