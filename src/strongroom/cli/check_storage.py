"""`strongroom check-storage`: what the standard says of a storage root, with its own codes."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from strongroom.cli.archive_options import add_archive_options, archive_settings
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.readable import readable
from strongroom.cli.report import count_findings, finding_lines, finding_parts, program, show
from strongroom.errors import StorageError, UsageError
from strongroom.model.finding import Finding, Severity

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.settings import Settings


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "check-storage",
        summary="judge storage roots by the rules of OCFL",
        description="Judge the store of an archive and of its replicas, or any OCFL storage root, by the requirements "
        "of OCFL 1.0 and 1.1, each with the standard's own code. It asks whether a store is consistent in itself; "
        "whether it is what was taken in only the log can tell, which `strongroom audit` asks. Nothing is changed, and "
        "no archive need be there.",
        usage="[STORE…] [OPTIONS]",
        run=run,
        examples=(
            "strongroom check-storage --root /srv/archive",
            "strongroom check-storage /mnt/other/ocfl-root --json",
            "strongroom check-storage --no-digests",
        ),
        exits=(Exit.REFUSED, Exit.STORAGE),
    )
    parser.add_argument("stores", nargs="*", type=Path, metavar="STORE", help="a storage root (default: the archive's)")
    parser.add_argument(
        "--no-digests", action="store_true", help="compare no content with its digest, which is what takes the time"
    )
    add_archive_options(parser, replicas=True)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    stores = arguments.stores or _stores(arguments.root, archive_settings(arguments))
    from strongroom.formats.ocfl.check import check_root

    findings: list[Finding] = []
    for store in stores:
        if not store.is_dir():
            if arguments.stores:
                raise UsageError(f"there is no storage root at {store}; check the path")
            raise StorageError(f"there is no storage root at {store}; is a disk not mounted?")
        found = check_root(store, digests=not arguments.no_digests)
        findings.extend(replace(one, where=str(store / one.where)) for one in found)
    grave = any(one.severity is Severity.ERROR for one in findings)
    exit_ = Exit.REFUSED if grave else Exit.DONE
    lines = _lines(stores, findings, quiet=hasattr(arguments, "quiet"))
    return show(arguments, exit_, document=lambda: _document(arguments.root, stores, findings, exit_), lines=lines)


def _stores(root: Path, settings: "Settings") -> list[Path]:
    from strongroom.repository.remembering import replica_folders

    if not (root / "store").is_dir():
        raise UsageError(f"there is no archive at {root}; name a storage root, or the archive with --root")
    return [root / "store", *(path / "store" for path in replica_folders(root, settings.archive.replicas))]


def _lines(stores: Sequence[Path], findings: Sequence[Finding], *, quiet: bool) -> Iterator[str]:
    for store in stores:
        own = [one for one in findings if one.where.startswith(f"{store}/") or one.where == str(store)]
        counts = count_findings(own)
        word = "refused" if any(one.severity is Severity.ERROR for one in own) else "valid"
        yield f"{word}: {readable(str(store))}{f' ({counts})' if counts else ''}"
        if not quiet:
            yield from finding_lines(own)
    codes = sorted({one.code for one in findings})
    if codes and not quiet:
        yield ""
        yield f"what it means  {program()} explain {' '.join(codes)}"


def _document(root: Path, stores: Sequence[Path], findings: Sequence[Finding], exit_: Exit) -> "Output":
    from strongroom.cli.outputs.keeping import CheckStorageOutput

    return CheckStorageOutput(
        exit=exit_,
        root=str(root),
        valid=exit_ is Exit.DONE,
        stores=tuple(map(str, stores)),
        findings=finding_parts(findings),
    )
