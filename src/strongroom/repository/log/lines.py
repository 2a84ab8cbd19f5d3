"""Entries as the lines of a log: canonical JSON, in ASCII, one line each, sixty-four lines a file."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from strongroom.errors import StorageError
from strongroom.model.receipt import Entry
from strongroom.repository.log.tree import BUNDLE
from strongroom.storage import saying

_BUNDLES_IN_A_FOLDER: Final = 256
_KEYS: Final = {"at", "facts", "index", "kind"}
_MAX_BUNDLE_BYTES: Final = 256 << 20


def canonical(value: object) -> str:
    r"""A JSON value in the one form that is hashed: keys sorted, no white space, ASCII.

    >>> print(canonical({"b": "\u00e9", "a": [1, None]}))
    {"a":[1,null],"b":"\u00e9"}
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def moment(at: datetime) -> str:
    """A moment as entries and notes write it: UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(text: str) -> datetime:
    """Read a moment back; raises `ValueError` for any other form."""
    at = datetime.fromisoformat(text)
    if not text.endswith("Z") or moment(at) != text:
        raise ValueError(f"{text!r} is not UTC with milliseconds")
    return at


def line_of(index: int, entry: Entry) -> bytes:
    """An entry as it is hashed, without the line end."""
    facts: dict[str, Any] = dict(entry.facts)
    return canonical({"at": moment(entry.at), "facts": facts, "index": index, "kind": entry.kind}).encode("ascii")


def entry_of(line: bytes) -> tuple[int, Entry]:
    """Read a line back; raises `ValueError` when it is not exactly what `line_of` writes."""
    value = json.loads(line)
    if not isinstance(value, dict) or set(value) != _KEYS or canonical(value).encode("ascii") != line:
        raise ValueError("it is not an entry in canonical form")
    index, kind, facts = value["index"], value["kind"], value["facts"]
    if type(index) is not int or not isinstance(kind, str) or not isinstance(facts, Mapping):
        raise ValueError("it is not an entry")
    return index, Entry(kind, moment_of(str(value["at"])), dict(facts))


def bundle_path(log: Path, bundle: int) -> Path:
    """Where a bundle lies in the folder of the log; the file is named by the index of its first entry.

    >>> bundle_path(Path("log"), 300).as_posix()
    'log/entries/0001/0000019200.jsonl'
    """
    return log / "entries" / f"{bundle // _BUNDLES_IN_A_FOLDER:04d}" / f"{bundle * BUNDLE:010d}.jsonl"


def read_bundle(log: Path, bundle: int, count: int = BUNDLE) -> list[bytes]:
    """The first `count` lines of a bundle, without their ends.

    Raises:
        StorageError: the file is not there or holds fewer, so the log was truncated.
    """
    path = bundle_path(log, bundle)
    with saying("read", path):
        try:
            with path.open("rb") as file:
                lines = file.read(_MAX_BUNDLE_BYTES).split(b"\n")
        except FileNotFoundError:
            lines = [b""]
    whole = lines[:-1]
    if len(whole) < count:
        raise StorageError(
            f"the log is truncated: entry {bundle * BUNDLE + len(whole)} is not in {path}, though the checkpoint "
            "counts it; bring the log back from a replica or a backup"
        )
    return whole[:count]


def join(lines: list[bytes]) -> bytes:
    """The bytes of a bundle."""
    return b"".join(line + b"\n" for line in lines)
