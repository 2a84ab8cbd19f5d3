"""Findings about an information package that only repeat what the manifests of its bag have shown already.

A file that is damaged, missing or slipped in disagrees with every ledger that speaks of it: the manifests, METS,
PREMIS, datapackage.json. That is one fault, so it is one finding, which names them all.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from strongroom.model.digest import Fixity
from strongroom.model.finding import Finding
from strongroom.model.rules import agree, ledger, package, serialised
from strongroom.model.rules import bag as rules

_Fault: TypeAlias = tuple[str, str]

_CHANGED, _MISSING, _UNLISTED = "changed", "missing", "unlisted"
_OF_BAG: Final[Mapping[str, str]] = {
    ledger.PAYLOAD_CHANGED.code: _CHANGED,
    ledger.PAYLOAD_MISSING.code: _MISSING,
    ledger.NOT_FETCHED.code: _MISSING,
    rules.LINK.code: _MISSING,
    rules.NOT_REGULAR.code: _MISSING,
    rules.SPARSE.code: _MISSING,
    ledger.PAYLOAD_UNLISTED.code: _UNLISTED,
    # what a serialised bag holds of a file, but not so that it can be judged
    **{rule.code: _MISSING for rule in serialised.RULES},
}
_WORDS: Final[Mapping[str, str]] = {
    _CHANGED: "also differs from",
    _MISSING: "also listed in",
    _UNLISTED: "nor in",
}
_FIXITY: Final = frozenset({package.METS_SIZE.code, package.METS_CHECKSUM.code, package.PREMIS_FIXITY.code})
_HEX: Final = re.compile(r"(?:[0-9a-f]{64}){1,2}")
_ENTRY: Final = "an entry in "


def merge_repeated(
    of_bag: Iterable[Finding], of_package: Iterable[Finding], folder: str, fixities: Mapping[str, Fixity]
) -> tuple[list[Finding], list[Finding]]:
    """Take out of a package's findings what repeats a finding about the bag, which then names the further ledgers.

    Args:
        of_bag: places relative to the bag.
        of_package: places relative to the package.
        folder: the package, relative to the bag.
        fixities: of the package's files as they are, by path relative to it.

    Returns:
        The findings about the bag, and those about the package that are left.
    """
    of_bag = list(of_bag)
    prefix = f"{folder}/"
    known: dict[_Fault, list[str]] = {
        (_OF_BAG[one.code], one.where.removeprefix(prefix)): []
        for one in of_bag
        if one.code in _OF_BAG and one.where.startswith(prefix)
    }
    if not known:
        return of_bag, list(of_package)
    by_digest = {
        digest: path
        for path, fixity in fixities.items()
        if (_CHANGED, path) in known
        for digest in (fixity.sha256, fixity.sha512)
    }
    left = []
    for one in of_package:
        fault, name = _fault(one, by_digest)
        if fault in known:
            known[fault].append(name.rpartition("/")[2])
        else:
            left.append(one)
    return [_naming(one, prefix, known) for one in of_bag], left


def _fault(finding: Finding, by_digest: Mapping[str, str]) -> tuple[_Fault | None, str]:
    """Which fault of which file a finding shows, and the ledger that shows it."""
    name, _, inside = finding.where.partition("#")
    if finding.code in _FIXITY:
        path = re.split(" (?:of|in) ", finding.found, maxsplit=1)[-1]
        return (_CHANGED, _by_digest(finding.found, by_digest) or path), name
    if finding.found == "no such file":
        path = finding.expected.removeprefix("the file ")
        if finding.code == agree.RESOURCE.code:
            path = f"{name.rpartition('/')[0]}/{inside}"
        return (_MISSING, path), name
    if finding.code == package.METS_UNLISTED.code:
        return (_UNLISTED, finding.where), "METS.xml"
    if finding.code == agree.RESOURCE.code and finding.expected.startswith(_ENTRY):
        return (_UNLISTED, finding.where), finding.expected.removeprefix(_ENTRY)
    if finding.code == agree.RESOURCE.code:
        path = _by_digest(finding.found, by_digest)
    elif finding.code == agree.DATAPACKAGE_DIGEST.code:
        path = _by_digest(finding.expected, by_digest)
    else:
        return None, name
    return (_CHANGED, path), name


def _by_digest(text: str, by_digest: Mapping[str, str]) -> str:
    """The changed file whose digest stands in a text, or nothing."""
    match = _HEX.search(text)
    return by_digest.get(match[0], "") if match else ""


def _naming(finding: Finding, prefix: str, known: Mapping[_Fault, list[str]]) -> Finding:
    kind = _OF_BAG.get(finding.code, "")
    names = known.get((kind, finding.where.removeprefix(prefix)), [])
    if not names or not finding.where.startswith(prefix):
        return finding
    found = f"{finding.found}; {_WORDS[kind]} {', '.join(dict.fromkeys(names))}"
    return replace(finding, found=found[:300])
