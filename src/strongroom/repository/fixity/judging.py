"""From what was noted to findings: only when all is known can be told how a file changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from strongroom.formats.bag.paths import shown
from strongroom.formats.ocfl.layout import object_path
from strongroom.model.amounts import counted
from strongroom.model.finding import Finding, Rule
from strongroom.model.rules import fixity as rules
from strongroom.repository.archive import Archive
from strongroom.repository.fixity.damage import Damage, Kind

_RULES: Final[Mapping[Kind, Rule]] = {
    Kind.MISSING: rules.MISSING,
    Kind.IRREGULAR: rules.IRREGULAR,
    Kind.UNEXPECTED: rules.UNEXPECTED,
    Kind.VERSION_MISSING: rules.VERSION_MISSING,
    Kind.INVENTORY: rules.INVENTORY,
    Kind.SIDECAR: rules.SIDECAR,
    Kind.UNLOGGED: rules.UNLOGGED,
    Kind.PURGED: rules.PURGED,
    Kind.RECEIPT: rules.RECEIPT_DAMAGED,
    Kind.LOG: rules.LOG_DAMAGED,
    Kind.REPLICA_LOG: rules.REPLICA_LOG,
    Kind.UNSTEADY: rules.UNSTEADY,
}
_DIGITS: Final = 16


def findings_of(damages: Sequence[Damage], copies: Mapping[str, Archive]) -> Iterator[Finding]:
    """A finding for each fault.

    Args:
        damages: all that were found.
        copies: by identifier; those in reach tell how long a file was.
    """
    content = [one for one in damages if one.kind is Kind.CONTENT]
    swapped = _swapped(content)
    harmed = {(one.copy, one.path) for one in damages if one.is_harm}
    for one in damages:
        name = copies[one.copy].name if one.copy in copies else one.copy
        where = shown(f"{name}/{one.path}")
        if one.kind is Kind.CONTENT:
            yield _changed(one, where, swapped, _length_of(one, copies, harmed))
        else:
            yield _rule_of(one).at(where, expected=_short(one.expected), found=_short(one.found))


def _rule_of(one: Damage) -> Rule:
    if one.kind is Kind.OBJECT_MISSING:
        return rules.LACKING if one.copy else rules.OBJECT_MISSING
    return _RULES[one.kind]


def _changed(one: Damage, where: str, swapped: Mapping[Damage, str], length: int) -> Finding:
    if one in swapped:
        return rules.SWAPPED.at(
            where, expected=f"SHA-512 {_short(one.expected)}", found=f"what belongs into {shown(swapped[one])}"
        )
    if length < 0 or length == one.length_bytes:
        return rules.CHANGED.at(
            where,
            expected=f"SHA-512 {_short(one.expected)}",
            found=f"{_short(one.found)}, {counted(one.length_bytes, 'byte', grouped=False)}",
        )
    rule = rules.CUT if one.length_bytes < length else rules.LONGER
    return rule.at(
        where, expected=counted(length, "byte", grouped=False), found=counted(one.length_bytes, "byte", grouped=False)
    )


def _swapped(content: Iterable[Damage]) -> dict[Damage, str]:
    """Of files that hold each other's content, the path of the other one."""
    every = tuple(content)
    by_digest: dict[tuple[str, str, str], Damage] = {}
    for one in every:
        by_digest.setdefault((one.copy, one.expected, one.found), one)
    found = {}
    for one in every:
        other = by_digest.get((one.copy, one.found, one.expected))
        if other is not None and other is not one:
            found[one] = other.path
    return found


def _length_of(one: Damage, copies: Mapping[str, Archive], harmed: set[tuple[str, str]]) -> int:
    """How long a file was: as another copy has it that was not found harmed; -1 where nobody knows."""
    if one.expected_bytes >= 0 or not one.path.startswith("store/"):
        return one.expected_bytes
    folder = f"store/{object_path(one.object_id)}" if one.object_id else ""
    for identifier, copy in copies.items():
        if identifier == one.copy or (identifier, one.path) in harmed or (identifier, folder) in harmed:
            continue
        length = _length(copy.root / one.path)
        if length >= 0:
            return length
    return -1


def _length(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return -1


def _short(text: str) -> str:
    is_digest = len(text) == 128 and not text.strip("0123456789abcdef")
    return f"{text[:_DIGITS]}…" if is_digest else shown(text)
