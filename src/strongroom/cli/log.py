"""`strongroom log`: what the archive logged, whether it is still what was logged, and proofs of that."""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from strongroom.cli.archive_options import add_archive_options, archive_settings
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command, whole
from strongroom.cli.readable import readable
from strongroom.cli.report import count_findings, finding_lines, finding_parts, show
from strongroom.errors import UsageError
from strongroom.model.amounts import counted
from strongroom.model.finding import Finding, Severity

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.repository.log import Log
    from strongroom.settings import Settings


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "log",
        summary="what the archive logged, and whether that was changed",
        description="Show the signed checkpoint of an archive's log: keep it somewhere else, and it can be shown later "
        "that nothing was rewritten. With `verify`, look at every entry, key, receipt and tombstone, and at the logs "
        "of the replicas. With --against, hold the log against checkpoints or receipts that were kept, and with "
        "--output write the proof for others, which check-receipt.py checks.",
        usage="[verify] [OPTIONS]",
        run=run,
        examples=(
            "strongroom log --root /srv/archive > checkpoint-of-november",
            "strongroom log verify --replica /mnt/copy",
            "strongroom log --against checkpoint-of-november --output proof.json",
            "strongroom log --entries --from 1000 | grep withdrawal",
        ),
        exits=(Exit.REFUSED, Exit.STORAGE),
    )
    parser.add_argument("what", nargs="?", choices=("verify",), metavar="verify", help="look at everything")
    parser.add_argument(
        "--against", nargs="+", type=Path, default=[], metavar="FILE", help="checkpoints or receipts that were kept"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the proof of consistency with --against")
    parser.add_argument("--entries", action="store_true", help="every entry, one line of JSON each")
    parser.add_argument("--from", type=whole, default=0, dest="first", metavar="N", help="with --entries, the first")
    add_archive_options(parser, replicas=True)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    from strongroom.repository.archive import Archive
    from strongroom.repository.log import Log

    settings = archive_settings(arguments)
    if arguments.output is not None and len(arguments.against) != 1:
        raise UsageError("--output writes the proof for one checkpoint; name exactly one with --against")
    log = Log.open(Archive.open(arguments.root))
    findings: list[Finding] = []
    if arguments.what == "verify":
        findings += log.verify()
        findings += _replica_findings(log, settings)
    for path in arguments.against:
        findings += _held_against(log, path)
    exit_ = Exit.REFUSED if any(one.severity is Severity.ERROR for one in findings) else Exit.DONE
    proof = _prove(log, arguments) if arguments.output is not None and exit_ is Exit.DONE else None
    asked = arguments.what == "verify" or bool(arguments.against)

    def document() -> "Output":
        from strongroom.cli.outputs.proving import EntryPart, LogOutput

        now = log.checkpoint
        listed = log.lines(arguments.first) if arguments.entries else ()
        return LogOutput(
            exit=exit_,
            archive=log.archive.id,
            size=log.size,
            head=now.root_sha256 if now else None,
            checkpoint=now.note if now else None,
            key_id=now.key_id if now else None,
            signed_at=now.signed_at if now else None,
            sound=exit_ is Exit.DONE if asked else None,
            findings=finding_parts(findings),
            entries=tuple(EntryPart(index=index, line=line.decode("ascii")) for index, line in listed),
            proof=str(proof) if proof else None,
        )

    return show(arguments, exit_, document=document, lines=_lines(log, arguments, findings, proof))


def _replica_findings(log: "Log", settings: "Settings") -> Iterator[Finding]:
    """What is wrong with the logs of replicas; one that is not there cannot be asked."""
    from dataclasses import replace

    from strongroom.repository.archive import Archive
    from strongroom.repository.log import Log
    from strongroom.repository.log.checking import check_against
    from strongroom.repository.remembering import replica_folders

    for folder in replica_folders(log.archive.root, settings.archive.replicas):
        if folder in settings.archive.replicas and not (folder / "replica.json").exists():
            raise UsageError(f"{folder} is not a replica, or is not there; check the path")
        other = Log.open(Archive.open_replica(folder, log.archive))
        for one in other.verify(log.archive):
            yield replace(one, where=f"{folder}/{one.where}")
        if other.checkpoint is not None and (found := check_against(log, other.checkpoint, f"{folder}/log/checkpoint")):
            yield found


def _held_against(log: "Log", path: Path) -> Iterator[Finding]:
    from strongroom.repository.log.checking import check_against
    from strongroom.repository.statements import read_statement

    if found := check_against(log, read_statement(log, path), str(path)):
        yield found


def _prove(log: "Log", arguments: argparse.Namespace) -> Path:
    from strongroom.repository.statements import read_statement, render_consistency
    from strongroom.storage import write_file

    [kept] = arguments.against
    path: Path = arguments.output
    if path.exists() or path.is_symlink():
        raise UsageError(f"{path} is there already and is never overwritten; choose another file")
    write_file(path, [render_consistency(log, read_statement(log, kept))])
    return path


def _lines(log: "Log", arguments: argparse.Namespace, findings: Iterable[Finding], proof: Path | None) -> Iterator[str]:
    if arguments.entries:
        yield from (line.decode("ascii") for _, line in log.lines(arguments.first))
        return
    every = list(findings)
    if arguments.what is None and not arguments.against:
        if log.checkpoint is None:
            yield "nothing was logged yet"
        else:
            yield from log.checkpoint.note.rstrip("\n").split("\n")
        return
    word = "damaged" if any(one.severity is Severity.ERROR for one in every) else "sound"
    counts = f" ({found})" if (found := count_findings(every)) else ""
    yield f"{word}: the log of {readable(str(log.archive.root))}, {counted(log.size, 'entry')}{counts}"
    if not hasattr(arguments, "quiet"):
        yield from finding_lines(every)
    if proof is not None:
        yield f"  written    {readable(str(proof))}"
