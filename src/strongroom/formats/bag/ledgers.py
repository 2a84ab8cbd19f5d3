"""The manifests of a bag, read against the files on disk: which file each line means, however it was spelled.

A ledger is a manifest whose paths are those on disk. Strict readings go first; a looser one that alone names a file is
taken and reported.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from strongroom.formats.bag.declaration import Declaration
from strongroom.formats.bag.manifest import Entry, ManifestName, is_tag_manifest
from strongroom.formats.bag.paths import (
    Spelling,
    decode_old_path,
    decode_path,
    encode_path,
    leads_out,
    normalized,
    plain,
    shown,
)
from strongroom.formats.bag.tree import Scan
from strongroom.model.finding import Finding, Rule
from strongroom.model.rules import ledger as ledger_rules


@dataclass(slots=True)
class Ledger:
    """A manifest by the paths on disk.

    Attributes:
        entries: path to digest; an empty digest lists a file without vouching for it.
        whole: whether the manifest could be read to its end.
    """

    manifest: ManifestName
    entries: dict[str, bytes] = field(default_factory=dict)
    whole: bool = True

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.manifest.name


class Remarks:
    """Findings gathered over several ledgers: one for each fault of each path, naming all the places."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], list[str]] = {}
        self._first: dict[tuple[str, str], tuple[Rule, str, str, str]] = {}

    def add(self, rule: Rule, path: str, place: str, *, expected: str, found: str, where: str | None = None) -> None:
        """Note a fault of a path at a place; where the finding stands is the path unless `where` says otherwise."""
        key = (rule.code, path)
        self._places.setdefault(key, []).append(place)
        self._first.setdefault(key, (rule, where or shown(path), expected, found))

    def findings(self) -> Iterable[Finding]:
        """One finding for each fault, in the order of first sight."""
        for key, (rule, where, expected, found) in self._first.items():
            yield rule.at(where, expected=expected, found=f"{found} ({', '.join(dict.fromkeys(self._places[key]))})")


class Reader:
    """Fills ledgers with the entries of manifests."""

    def __init__(self, scan: Scan, declaration: Declaration, remarks: Remarks) -> None:
        """Read against what is on disk; remarks on the spelling go to `remarks`."""
        self._scan = scan
        self._old = declaration.is_old
        self._remarks = remarks
        self._paths: dict[str, str] = {path: path for path in scan.files}
        self._alike: dict[str, list[str]] | None = None

    def fill(self, ledger: Ledger, entries: Iterable[Entry]) -> None:
        """Add all entries of one manifest."""
        by_likeness: set[str] = set()
        disputed: set[str] = set()
        name = ledger.manifest.plain_name
        if not self._old and name != ledger.name:
            self._remarks.add(
                ledger_rules.MANIFEST_NAME, ledger.name, ledger.name, expected=name, found=shown(ledger.name)
            )
        listed, paths, is_payload = ledger.entries, self._paths, not ledger.manifest.is_tag
        for entry in entries:
            text = entry.text
            # the common case: nothing in the path that could be read in two ways
            path = paths.get(text) if "%" not in text else None
            if path is None:
                path = self._read(ledger, entry, by_likeness)
                if path is None:
                    continue
            if not (is_payload and path.startswith("data/")) and not self._is_in_place(ledger, entry, path):
                continue
            known = listed.setdefault(path, entry.digest)
            if known is entry.digest:
                continue
            if path not in disputed and self._is_repeated(ledger, path, (known, entry.digest), by_likeness):
                disputed.add(path)
                listed[path] = b""

    def _read(self, ledger: Ledger, entry: Entry, by_likeness: set[str]) -> str | None:
        """Decide which path a line means; None when it leads out of the bag."""
        path, spelling = self._resolve(entry.text)
        if leads_out(path):
            where = f"{ledger.name}#line={entry.line}"
            expected = "a path inside the bag"
            self._remarks.add(
                ledger_rules.PATH_ESCAPES, path, where, expected=expected, found=shown(entry.text), where=where
            )
            return None
        if spelling is Spelling.NORMALIZED:
            by_likeness.add(path)
        self._remark(spelling, path, entry, ledger)
        return self._paths.setdefault(path, path)

    def _resolve(self, text: str) -> tuple[str, Spelling]:
        readings = [text, decode_path(text)] if self._old else [decode_path(text), text]
        if any(leads_out(reading) for reading in readings):
            return next(reading for reading in readings if leads_out(reading)), Spelling.PLAIN
        for reading in readings:
            if self._is_there(reading):
                return reading, Spelling.PLAIN if self._is_written(reading, text) else Spelling.PERCENT
        for reading in readings:
            # older checksum tools mark binary reading with an asterisk, and some writers leave spaces at the end
            for tidied in (plain(reading), plain(reading.removeprefix("*").rstrip(" \t"))):
                if self._is_there(tidied) and not leads_out(tidied):
                    return tidied, Spelling.TIDIED
        # writers of before 1.0 on Windows put its separator into manifests; no path of BagIt has another than "/"
        slashed = plain(text.replace("\\", "/"))
        if slashed != text and self._is_there(slashed) and not leads_out(slashed):
            return slashed, Spelling.BACKSLASH
        alike = self._find_alike(plain(readings[0]))
        return (alike, Spelling.NORMALIZED) if alike else (plain(readings[0]), Spelling.PLAIN)

    def _is_written(self, path: str, text: str) -> bool:
        """Whether a manifest of the bag's version writes the path so."""
        if self._old:
            return decode_old_path(text) == path
        return decode_path(text) == path and encode_path(path).lower() == text.lower()

    def _is_there(self, path: str) -> bool:
        return path in self._scan.files or path in self._scan.folders or path in self._scan.irregular

    def _find_alike(self, path: str) -> str | None:
        if path.isascii():
            return None
        if self._alike is None:
            self._alike = {}
            for known in self._scan.files:
                if not known.isascii():
                    self._alike.setdefault(normalized(known), []).append(known)
        found = self._alike.get(normalized(path), [])
        return found[0] if len(found) == 1 else None

    def _remark(self, spelling: Spelling, path: str, entry: Entry, ledger: Ledger) -> None:
        # of an older bag whose path can be read in two ways, no spelling is right before version 1.0
        right = path if self._old and encode_path(path) == entry.text else encode_path(path)
        rule, expected = {
            Spelling.TIDIED: (ledger_rules.PATH_NOT_PLAIN, shown(path)),
            Spelling.PERCENT: (ledger_rules.PERCENT_UNENCODED, shown(right)),
            Spelling.BACKSLASH: (ledger_rules.PATH_BACKSLASHED, shown(path)),
            Spelling.NORMALIZED: (ledger_rules.NORMALIZATION_DIFFERS, ascii(path)),
        }.get(spelling, (None, ""))
        if rule is not None:
            found = ascii(entry.text) if spelling is Spelling.NORMALIZED else shown(entry.text)
            self._remarks.add(rule, path, ledger.name, expected=expected, found=found)

    def _is_in_place(self, ledger: Ledger, entry: Entry, path: str) -> bool:
        """Whether this kind of manifest may list the path; a line that may not is judged no further."""
        is_payload = path.startswith("data/")
        if ledger.manifest.is_tag and (path == ledger.name or (not self._old and is_tag_manifest(path))):
            found = "itself" if path == ledger.name else "a tag manifest"
            self._remarks.add(ledger_rules.TAG_MANIFEST_LISTED, path, ledger.name, expected="other files", found=found)
            return False
        if ledger.manifest.is_tag and is_payload:
            rule, expected = ledger_rules.PAYLOAD_IN_TAG_MANIFEST, "files outside data/"
            self._remarks.add(rule, path, ledger.name, expected=expected, found="a payload file")
            return False
        if not ledger.manifest.is_tag and not is_payload:
            found = shown(entry.text)
            self._remarks.add(ledger_rules.NOT_PAYLOAD, path, ledger.name, expected="a path below data/", found=found)
            return False
        return True

    def _is_repeated(self, ledger: Ledger, path: str, twice: tuple[bytes, bytes], by_likeness: set[str]) -> bool:
        """Report a path that is listed again; whether its digests contradict each other."""
        first, second = twice
        if first != second and first and second:
            rule, found = ledger_rules.LISTED_TWICE_DIFFERENTLY, f"{first.hex()[:16]}… and {second.hex()[:16]}…"
            self._remarks.add(rule, path, ledger.name, expected="one digest", found=found)
            return True
        if path not in by_likeness:
            rule = ledger_rules.LISTED_TWICE_OLD if self._old else ledger_rules.LISTED_TWICE
            self._remarks.add(rule, path, ledger.name, expected="one line", found="two lines")
        return False
