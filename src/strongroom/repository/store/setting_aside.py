"""Setting aside: what cannot stay where it lies goes to quarantine with a report, and is never removed."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from strongroom.formats.bag.paths import shown
from strongroom.model.finding import Finding
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.storage import make_directory, reached, saying

_ASIDE: Final = "aside-"


def set_aside(
    archive: Archive,
    attempt: Attempt,
    thing: Path,
    *,
    name: str,
    sentence: str,
    findings: Iterable[Finding] = (),
) -> Path:
    """Move a file or folder of a copy to its quarantine, with two reports beside it; returns where it lies then.

    It goes through the attempt's folder, so that a holder who was taken over moves nothing: the folder it would be
    moved to has another name by then.

    Args:
        archive: or a replica.
        attempt: of that archive.
        thing: what is moved.
        name: under which it lies in quarantine, with a number behind it where that is taken.
        sentence: why, for people.
        findings: what is wrong with it.

    Raises:
        StorageError: it cannot be moved.
        LeaseLostError: the work was taken over.
    """
    taken = attempt.folder / f"{_ASIDE}{name}"
    with attempt.guarding(), saying("move to quarantine", thing):
        thing.rename(taken)
    reached("after something is set aside")
    origin = shown(str(thing.relative_to(archive.root)))
    return _report(archive, attempt, taken, origin=origin, sentence=sentence, findings=tuple(findings))


def set_aside_left(archive: Archive, attempt: Attempt, left: Path) -> None:
    """Bring to quarantine what an interrupted `set_aside` had taken into its attempt's folder, now called `left`."""
    with saying("look through", left):
        taken = sorted(path for path in left.iterdir() if path.name.startswith(_ASIDE)) if left.is_dir() else []
    for path in taken:
        fresh = attempt.folder / path.name
        with attempt.guarding(), saying("move to quarantine", path):
            path.rename(fresh)
        sentence = "it was on its way to quarantine when the program was interrupted"
        _report(archive, attempt, fresh, origin="", sentence=sentence)


def _report(
    archive: Archive,
    attempt: Attempt,
    taken: Path,
    *,
    origin: str,
    sentence: str,
    findings: tuple[Finding, ...] = (),
) -> Path:
    target = _free(make_directory(archive.quarantine), taken.name.removeprefix(_ASIDE))
    facts = {
        "format": "strongroom-set-aside/1",
        "archive": archive.id,
        "from": origin,
        "why": sentence,
        "findings": [{**asdict(one), "severity": one.severity.value} for one in findings],
    }
    lines = [f"{target.name}: {sentence}", *([f"from {origin}"] if origin else [])]
    for one in findings:
        lines += ["", f"{one.severity.value} {one.code}  {shown(one.where)}", f"    expected  {shown(one.expected)}"]
        lines += [f"    found     {shown(one.found)}"]
    texts = {".report.json": json.dumps(facts, indent=2) + "\n", ".report.txt": "\n".join(lines) + "\n"}
    with attempt.guarding(), saying("write", taken):
        for ending, text in texts.items():
            attempt.folder.joinpath(f"report{ending}").write_text(text, "utf-8", "backslashreplace")
    attempt.sync(attempt.folder)
    for ending in texts:
        attempt.move(attempt.folder / f"report{ending}", target.with_name(target.name + ending))
    attempt.move(taken, target)
    return target


def _free(quarantine: Path, name: str) -> Path:
    target, number = quarantine / name, 1
    while target.exists():
        number += 1
        target = quarantine / f"{name}.{number}"
    return target
