"""Manifests: which file has which digest (RFC 8493 sections 2.1.3, 2.2.1 and 2.4), as texts; no file is looked at."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from strongroom.formats.bag.declaration import Declaration
from strongroom.formats.bag.lines import read_lines
from strongroom.formats.bag.paths import encode_path, shown
from strongroom.model.finding import Finding
from strongroom.model.rules import ledger as ledger_rules

DIGEST_BYTES: Mapping[str, int] = {
    name: getattr(hashlib, name)(usedforsecurity=False).digest_size
    for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "sha3_512", "blake2b", "blake2s")
}
"""Algorithms that can be checked, as `hashlib` names their constructors, and the bytes of their digests."""

WEAK = frozenset({"md5", "sha1"})
MAX_FAULTS = 1000
"""Malformed lines reported one by one; the last finding says that there are more."""

# a comment is no entry; white space before a digest is a fault of the digest alone
_LOOSE = re.compile(r"[ \t]*([^ \t#][^ \t]*)[ \t]+([^ \t].*)", re.DOTALL)
_NAME = re.compile(r"(tag)?manifest-([^/]+)\.txt")


@dataclass(frozen=True, slots=True)
class ManifestName:
    """What the name of a manifest says: which kind it is and which algorithm it uses.

    `algorithm` is as `hashlib` spells it, or None when it is not known here.
    """

    name: str
    is_tag: bool
    algorithm: str | None

    @property
    def plain_name(self) -> str:
        """The name with the algorithm as RFC 8493 section 2.4 writes it: lower case, letters and digits alone."""
        kind, _, algorithm = self.name.removesuffix(".txt").partition("-")
        return f"{kind}-{_normalized(algorithm)}.txt"


class Entry(NamedTuple):  # a frozen dataclass costs three times as much, and bags have millions
    """One line: the path as written, before any reading of it, and the digest.

    `digest` is empty where the line has none that can be compared: then the file is listed, but not vouched for.
    """

    line: int
    text: str
    digest: bytes


def manifest_name(name: str) -> ManifestName | None:
    """Read a file's name as that of a manifest; None when it is none.

    >>> manifest_name("tagmanifest-sha3256.txt").algorithm
    'sha3_256'
    """
    match = _NAME.fullmatch(name)
    if not match:
        return None
    spelled = {known.replace("_", ""): known for known in DIGEST_BYTES}
    algorithm = spelled.get(_normalized(match[2]))
    return ManifestName(name, match[1] is not None, algorithm)


def is_tag_manifest(path: str) -> bool:
    """Whether a path relative to the bag is that of a tag manifest."""
    manifest = manifest_name(path)
    return manifest is not None and manifest.is_tag


def _normalized(algorithm: str) -> str:
    return re.sub(r"[^a-z0-9]", "", algorithm.lower())


def render_manifest(entries: Iterable[tuple[str, str]]) -> bytes:
    r"""Write a manifest.

    Args:
        entries: (path relative to the bag, digest in hexadecimal) pairs, in any order.

    Returns:
        UTF-8 bytes, one line per entry, sorted by path, LF-terminated.

    RFC 8493 section 2.1.3: CR, LF and "%" in paths are percent-encoded. Two spaces, as `sha512sum --check` wants them.

    >>> render_manifest([("data/a\nb", "00ff")])
    b'00ff  data/a%0Ab\n'
    """
    return "".join(f"{digest}  {encode_path(path)}\n" for path, digest in sorted(entries)).encode()


def read_manifest(
    file: BinaryIO, manifest: ManifestName, declaration: Declaration, findings: list[Finding]
) -> Iterator[Entry]:
    """Yield the entries of a manifest in order; lines that are none are appended to `findings`.

    A line whose digest alone is faulty still is an entry, without a digest: its file does not count as unlisted.
    """
    length = DIGEST_BYTES[manifest.algorithm] if manifest.algorithm else 0
    strict = re.compile(rf"([0-9A-Fa-f]{{{2 * length or '1,'}}})[ \t]+([^ \t].*)", re.DOTALL)
    malformed = 0
    for number, line in read_lines(file, manifest.name, declaration, findings):
        if line is not None and (match := strict.fullmatch(line)):
            yield Entry(number, match[2], bytes.fromhex(match[1]) if length else b"")
            continue
        if line is not None and not line.strip():
            continue
        malformed += 1
        if malformed <= MAX_FAULTS:
            findings.append(_malformed(manifest, number, line, length, is_last=malformed == MAX_FAULTS))
        if line is not None and (match := _LOOSE.fullmatch(line)):
            yield Entry(number, match[2], b"")


def _malformed(manifest: ManifestName, number: int, line: str | None, length: int, *, is_last: bool) -> Finding:
    found = "further such lines, not listed" if is_last else shown((line or "a line without end")[:200])
    expected = f"{2 * length} hexadecimal digits, white space, a path"
    return ledger_rules.LINE_MALFORMED.at(f"{manifest.name}#line={number}", expected=expected, found=found)
