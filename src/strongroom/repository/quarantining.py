"""Quarantine: where refused bags lie, each with a report beside it for people and one for programs.

The names follow from the content, so that the same bag refused twice lies there once.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from strongroom.formats.bag.digests import Task, digests
from strongroom.formats.bag.paths import encode_path, shown
from strongroom.formats.bag.tree import Tree
from strongroom.formats.timestamp import timestamp
from strongroom.model.finding import Finding
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.listing import listing
from strongroom.storage import make_directory, measure, saying, sync_tree

_MAX_NAME_BYTES: Final = 180
_DIGITS: Final = 16
_EVERYTHING: Final = 2**62
_UNSAFE: Final = re.compile(r"[^\w .,+=@()\[\]-]")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the report says beside the findings.

    Attributes:
        source: where the bag was delivered.
        at: when it was refused, UTC.
        findings: all of them, gravest first.
    """

    source: Path
    at: datetime
    findings: tuple[Finding, ...]


def quarantine_copy(archive: Archive, attempt: Attempt, copy: Path, refusal: Refusal) -> Path:
    """Move the copy of a refused bag, a folder or a file in the attempt's folder, into quarantine.

    Returns:
        The report for people; the copy has the same name without ``.report.txt``.
    """
    digest = _digest_of(copy)
    target = archive.quarantine / _name(copy.name, digest)
    report = _write_reports(archive, attempt, target, refusal, kept=f"a copy of the bag lies in {target.name}")
    with saying("make durable", copy):
        holder = _in_a_folder(copy, attempt)
        sync_tree(holder)
    with suppress(FileExistsError):  # the same bag was refused before: it is there already
        attempt.move(holder, target)
    return report


def quarantine_delivery(archive: Archive, attempt: Attempt, delivery: Path, refusal: Refusal) -> tuple[Path, bool]:
    """Move what was delivered itself, where no copy of it can be made: links, pipes, more than the limits allow.

    It goes in one rename, and never through the attempt's folder, which a kill would let be tidied away.

    Returns:
        The report, and whether it was moved: from another file system it cannot be, and stays where it is.
    """
    target = archive.quarantine / _name(delivery.name, listing(delivery, stop_after=1).digest())
    report = _write_reports(archive, attempt, target, refusal, kept=f"the bag itself lies in {target.name}")
    try:
        if delivery.is_dir() and not delivery.is_symlink():
            delivery.rename(target)
        else:
            target.mkdir(exist_ok=True)
            delivery.rename(target / delivery.name)
    except OSError:
        with suppress(OSError):
            target.rmdir()
        return report_alone(archive, attempt, delivery, refusal), False
    return report, True


def report_alone(archive: Archive, attempt: Attempt, source: Path, refusal: Refusal) -> Path:
    """Write the report on a bag that is not copied, and stays where it is."""
    target = archive.quarantine / _name(source.name, listing(source, stop_after=1).digest())
    return _write_reports(archive, attempt, target, refusal, kept="the bag was not copied, and lies where it lay")


def _in_a_folder(copy: Path, attempt: Attempt) -> Path:
    """A folder to move as a whole: of a file, a new folder with the file in it."""
    if copy.is_dir():
        return copy
    holder = attempt.folder / "refused"
    holder.mkdir(exist_ok=True)
    copy.rename(holder / copy.name)
    return holder


def _digest_of(copy: Path) -> str:
    """Of a folder the ingest identifier that it would have had; of a file the SHA-512 of it."""
    if not copy.is_dir():
        return measure(copy).sha512
    with Tree(copy) as tree:
        scan = tree.scan(_EVERYTHING)
        tasks = [Task(path, length, ("sha512",)) for path, length in scan.files.items()]
        found = {one.path: one.by_algorithm["sha512"].hex() for one in digests(tree, tasks)}
    lines = sorted(f"{digest}  {encode_path(path)}\n".encode() for path, digest in found.items())
    return hashlib.sha256(b"".join(lines)).hexdigest()


def _name(name: str, digest: str) -> str:
    """A name that is safe to type; a long one is cut, since the digest tells it from others."""
    plain = _UNSAFE.sub("_", name.encode("utf-8", "replace").decode()).lstrip(".") or "bag"
    cut = plain.encode()[:_MAX_NAME_BYTES].decode("utf-8", "ignore")
    return f"{cut}.{digest[:_DIGITS]}"


def _write_reports(archive: Archive, attempt: Attempt, target: Path, refusal: Refusal, *, kept: str) -> Path:
    with saying("write the report on", target):
        make_directory(archive.quarantine)
        facts = {
            "format": "strongroom-refusal/1",
            "archive": archive.id,
            "bag": shown(refusal.source.name),
            "source": shown(str(refusal.source)),
            "refused_at": timestamp(refusal.at),
            "kept": kept,
            "findings": [{**asdict(one), "severity": one.severity.value} for one in refusal.findings],
        }
        for ending, text in (
            (".report.json", json.dumps(facts, indent=2) + "\n"),
            (".report.txt", "".join(f"{line}\n" for line in _lines(refusal, kept))),
        ):
            fresh = attempt.folder / f"report{ending}"
            with fresh.open("wb") as file:
                file.write(text.encode("utf-8", "backslashreplace"))
                file.flush()
                os.fsync(file.fileno())
            attempt.move(fresh, target.with_name(target.name + ending))
    return target.with_name(target.name + ".report.txt")


def _lines(refusal: Refusal, kept: str) -> Iterator[str]:
    yield f"refused: {shown(refusal.source.name)}"
    yield f"at {timestamp(refusal.at)}, from {shown(str(refusal.source))}"
    yield f"{kept}; nothing of it is in the archive"
    for one in refusal.findings:
        yield ""
        yield f"{one.severity.value} {one.code}  {shown(one.where)}"
        yield f"    expected  {shown(one.expected)}"
        yield f"    found     {shown(one.found)}"
        yield f"    {one.remedy} ({one.clause})"
