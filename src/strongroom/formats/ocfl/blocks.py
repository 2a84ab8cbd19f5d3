"""The manifest and the fixity block of an inventory: which content path has which digest (OCFL 1.1 3.5.2, 3.5.4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from strongroom.formats.ocfl.algorithms import FIXITY, KNOWN, SIZE
from strongroom.formats.ocfl.faults import Faults, place, said
from strongroom.formats.ocfl.json_document import Document
from strongroom.formats.ocfl.spelling import DOTS, conflicts

_ENCODING: Final[Mapping[str, str]] = {"sha1": "E029", "sha256": "E030", "sha512": "E031", "blake2b-512": "E032"}
"""The codes of digests that are not what their algorithm makes; of other algorithms, the block's structure is wrong."""


@dataclass(slots=True)
class Block:
    """A block of digests, as far as it can be used.

    Attributes:
        stated: what the document has.
        keys: the digests as they are spelled.
        digests: content path to digest as spelled.
        malformed: digests that are not what their algorithm makes.
        misspelled: content paths that cannot be where they say.
        moved: content path, to the one that is meant.
    """

    stated: Mapping[str, Any] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    digests: dict[str, str] = field(default_factory=dict)
    malformed: set[str] = field(default_factory=set)
    misspelled: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)


def read_manifest(
    document: Document, algorithm: str | None, faults: Faults, *, specification: str, known: Block | None
) -> Block | None:
    """Read the manifest; None when there is none. What `known`, of another inventory, has too, is judged there."""
    if "manifest" not in document.value:
        faults.add("E041", place("manifest"), expected="the key manifest", found="none")
        return None
    manifest = document.value["manifest"]
    if not isinstance(manifest, dict):
        code = "E041" if specification == "1.0" else "E106"
        faults.add(code, place("manifest"), expected="a JSON object", found=said(manifest))
        return None
    block = _Reader(faults, ("manifest",), algorithm or "", "E092", "E096", known).read(document, manifest)
    for path, below in conflicts(block.digests):
        where = place("manifest", block.digests[below])
        faults.add("E101", where, expected="no file that is a folder, too", found=f"{said(path)} and {said(below)}")
    return block


def read_fixity(
    document: Document, manifest: Block | None, faults: Faults, *, specification: str, known: Mapping[str, Block]
) -> dict[str, Block]:
    """Read the fixity block, by algorithm. What `known`, of another inventory, has too, is judged there."""
    if "fixity" not in document.value:
        return {}
    fixity = document.value["fixity"]
    if not isinstance(fixity, dict):
        code = "E056" if specification == "1.0" else "E111"
        faults.add(code, place("fixity"), expected="a JSON object", found=said(fixity))
        return {}
    for name in document.repeated(fixity):
        faults.add("E033", place("fixity", name), expected="each key once", found="more than one")
    blocks = {}
    for name, digests in fixity.items():
        if name not in KNOWN:
            expected = "an algorithm of the standard or of extension 0009"
            faults.add("E056", place("fixity", name), expected=expected, found=said(name))
        elif not isinstance(digests, dict):
            faults.add("E057", place("fixity", name), expected="a JSON object", found=said(digests))
        else:
            reader = _Reader(faults, ("fixity", name), name, "E057", "E097", known.get(name))
            blocks[name] = reader.read(document, digests)
            _check_listed(blocks[name], manifest, faults, name)
    return blocks


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one object of digests; the codes are those of its structure and of a digest that stands there twice."""

    faults: Faults
    keys: tuple[str, ...]
    algorithm: str
    structure: str
    twice: str
    known: Block | None

    def read(self, document: Document, digests: Mapping[str, Any]) -> Block:
        known = self.known or Block()
        block = Block(digests, set(digests), malformed=set(known.malformed), misspelled=set(known.misspelled))
        for digest in document.repeated(digests):
            self._add(self.twice, digest, expected="each digest once", found="more than one")
        if len({digest.lower() for digest in digests}) < len(digests):
            self._check_case(digests)
        form = _form(self.algorithm)
        for digest, paths in digests.items():
            if digest not in known.stated or known.stated[digest] != paths:
                if form and not form.fullmatch(digest):
                    block.malformed.add(digest)
                    self._add_malformed(digest)
                if not isinstance(paths, list):
                    self._add(self.structure, digest, expected="an array of content paths", found=said(paths))
                    continue
                for path in paths:
                    self._check_path(block, digest, path)
            for path in paths if isinstance(paths, list) else ():
                if not isinstance(path, str):
                    continue
                if path in block.digests:
                    other = block.digests[path]
                    if other != digest and other.lower() == digest.lower():
                        continue  # the digest stands there twice, which has been said
                    self._add("E101", digest, expected="each content path once", found=f"{said(path)} again")
                else:
                    block.digests[path] = digest
        return block

    def _check_case(self, digests: Mapping[str, Any]) -> None:
        seen: dict[str, str] = {}
        for digest in digests:
            other = seen.setdefault(digest.lower(), digest)
            if other != digest:
                self._add(self.twice, digest, expected="each digest once", found="the same in other letters")

    def _check_path(self, block: Block, digest: str, path: Any) -> None:
        if not isinstance(path, str):
            self._add("E098", digest, expected="a content path", found=said(path))
            return
        parts = path.split("/")
        if DOTS.isdisjoint(parts):
            return
        block.misspelled.add(path)
        if path and not (parts[0] and parts[-1]):
            self._add("E100", digest, expected="no / at the beginning or the end", found=said(path))
        if not path or not DOTS.isdisjoint(parts[not parts[0] : len(parts) - (not parts[-1])]):
            self._add("E099", digest, expected="no part that is empty, . or ..", found=said(path))

    def _add_malformed(self, digest: str) -> None:
        code = _ENCODING.get(self.algorithm, self.structure)
        digits = "decimal digits" if self.algorithm == SIZE else f"{FIXITY[self.algorithm].hex_digits} hex digits"
        self._add(code, digest, expected=f"{self.algorithm}: {digits}", found=said(digest))

    def _add(self, code: str, digest: str, *, expected: str, found: str) -> None:
        self.faults.add(code, place(*self.keys, digest), expected=expected, found=found)


def _check_listed(block: Block, manifest: Block | None, faults: Faults, name: str) -> None:
    if manifest is None:
        return
    for path in sorted(block.digests.keys() - manifest.digests.keys() - block.misspelled):
        where = place("fixity", name, block.digests[path])
        faults.add("E057", where, expected="a content path of the manifest", found=said(path))


@cache
def _form(algorithm: str) -> re.Pattern[str] | None:
    """What a digest looks like; None when that is not known."""
    if algorithm == SIZE:
        return re.compile(r"0|[1-9][0-9]{0,18}")
    if algorithm in FIXITY:
        return re.compile(f"[0-9A-Fa-f]{{{FIXITY[algorithm].hex_digits}}}")
    return None
