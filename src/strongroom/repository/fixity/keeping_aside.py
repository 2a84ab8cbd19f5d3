"""Damaged bytes are kept: what a repair replaces lies in ``quarantine/damaged`` before it is replaced."""

import json
import os
import shutil
import stat
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from strongroom.formats.bag.paths import shown
from strongroom.formats.timestamp import timestamp
from strongroom.model.finding import Finding
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.storage import make_directory, reached, saying

FOLDER: Final = "damaged"


def keep_aside(
    copy: Archive,
    attempt: Attempt,
    places: Iterable[Path],
    *,
    within: Path,
    name: str,
    at: datetime,
    findings: Iterable[Finding],
) -> Path:
    """Keep files and folders under a second name, with a report beside them; they stay where they are.

    The second name is a link, so nothing is read and nothing is copied: replacing the first name by a rename leaves the
    bytes under the second.

    Args:
        copy: whose quarantine it is.
        attempt: of that copy.
        places: what is kept, all of it below `within`.
        within: the folder to which the kept paths are relative.
        name: of the folder in ``quarantine/damaged``.
        at: when, UTC.
        findings: what is wrong with it.

    Returns:
        The folder where it lies.
    """
    kept = attempt.folder / f"kept-{name[:100]}"
    with attempt.guarding(), saying("keep what is damaged in", kept):
        kept.mkdir()
        for place in places:
            if os.path.lexists(place):
                _link(place, kept / "files" / place.relative_to(within))
        _write_reports(kept, copy, within, at, tuple(findings))
    attempt.sync(kept)
    reached("after what is damaged is kept")
    parent = make_directory(copy.quarantine / FOLDER / name)
    target, number = parent / f"{at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}", 1
    while True:
        try:
            attempt.move(kept, target)
        except FileExistsError:
            number += 1
            target = target.with_name(f"{target.name.partition('.')[0]}.{number}")
        else:
            return target


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if stat.S_ISDIR(source.lstat().st_mode):
        target.mkdir()
        for path in sorted(source.iterdir()):
            _link(path, target / path.name)
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # a file system without links, or at its limit
        shutil.copy2(source, target, follow_symlinks=False)


def _write_reports(kept: Path, copy: Archive, within: Path, at: datetime, findings: tuple[Finding, ...]) -> None:
    origin = shown(within.relative_to(copy.root).as_posix())
    facts = {
        "format": "strongroom-damage/1",
        "archive": copy.id,
        "replica": copy.replica,
        "from": origin,
        "kept_at": timestamp(at),
        "findings": [{**asdict(one), "severity": one.severity.value} for one in findings],
    }
    lines = [f"what was damaged in {origin}, as it was at {timestamp(at)}; it was replaced from a verified copy"]
    for one in findings:
        lines += ["", f"{one.severity.value} {one.code}  {shown(one.where)}", f"    expected  {shown(one.expected)}"]
        lines += [f"    found     {shown(one.found)}"]
    (kept / "report.json").write_text(json.dumps(facts, indent=2) + "\n", "utf-8", "backslashreplace")
    (kept / "report.txt").write_text("\n".join(lines) + "\n", "utf-8", "backslashreplace")
