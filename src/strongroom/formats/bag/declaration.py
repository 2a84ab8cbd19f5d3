"""bagit.txt: the version and the encoding that decide how the rest of a bag is read (RFC 8493 section 2.1.1)."""

import codecs
import re
from dataclasses import dataclass

from strongroom.formats.bag.paths import shown
from strongroom.model.finding import Finding, Severity
from strongroom.model.rules import bag as rules

NAME = "bagit.txt"
MAX_BYTES = 4096
"""A declaration is two short lines; what is longer is none."""

_VERSIONS = frozenset({(0, 93), (0, 94), (0, 95), (0, 96), (0, 97), (1, 0)})
_LABELS = ("BagIt-Version", "Tag-File-Character-Encoding")
_STRICT = re.compile(r"BagIt-Version: [0-9]+\.[0-9]+(?:\r\n|\r|\n)Tag-File-Character-Encoding: \S+(?:\r\n|\r|\n)?")
# codecs that Python calls text encodings, though none of them is a character encoding of text files
_NOT_FOR_FILES = frozenset(
    {"unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "utf_7", "mbcs", "oem"}
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What bagit.txt says.

    Attributes:
        version: (major, minor); 1.0 where the file says nothing usable.
        encoding: a name that `codecs` knows; UTF-8 where the file says nothing usable.
    """

    version: tuple[int, int] = (1, 0)
    encoding: str = "utf-8"

    @property
    def is_old(self) -> bool:
        """Whether the bag follows a draft before RFC 8493."""
        return self.version < (1, 0)

    @property
    def info_name(self) -> str:
        """The name of the file of elements: package-info.txt until draft 0.95."""
        return "package-info.txt" if self.version <= (0, 95) else "bag-info.txt"

    @property
    def is_utf8(self) -> bool:
        """Whether the tag files are UTF-8."""
        return self.encoding == "utf-8"


def render_declaration() -> bytes:
    """The declaration of every bag that is written here."""
    return b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def read_declaration(data: bytes) -> tuple[Declaration, tuple[Finding, ...]]:
    """Read bagit.txt; what is wrong with it becomes findings, and what remains unknown is taken as 1.0 and UTF-8."""
    findings: list[Finding] = []
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
        found = "EF BB BF before it"
        findings.append(rules.DECLARATION_BOM.at(NAME, expected="BagIt-Version as the first bytes", found=found))
    text = data.decode("utf-8", "backslashreplace")
    values = _elements(text)
    missing = [label for label in _LABELS if label.lower() not in values]
    version, version_faults = _version(values.get("bagit-version"))
    encoding, encoding_faults = _encoding(values.get("tag-file-character-encoding"))
    findings += version_faults + encoding_faults
    unusable = any(one.severity is Severity.ERROR for one in version_faults + encoding_faults)
    if missing:
        found = f"no {' and no '.join(missing)}"
        findings.append(rules.DECLARATION_MALFORMED.at(NAME, expected="two lines", found=found))
    elif not unusable and not _STRICT.fullmatch(text):
        findings += _judge_form(text, version)
    return Declaration(version, encoding), tuple(findings)


def _lines(text: str) -> list[str]:
    return [line for line in re.split(r"\r\n|\r|\n", text) if line.strip()]


def _elements(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for line in _lines(text):
        label, colon, value = line.partition(":")
        if colon:
            values.setdefault(label.strip().lower(), value.strip())
    return values


def _version(text: str | None) -> tuple[tuple[int, int], list[Finding]]:
    if text is None:
        return (1, 0), []
    match = re.fullmatch(r"([0-9]{1,9})\.([0-9]{1,9})", text)
    if not match:
        return (1, 0), [rules.VERSION_MALFORMED.at(NAME, expected="M.N", found=shown(text))]
    version = (int(match[1]), int(match[2]))
    if version not in _VERSIONS:
        return (1, 0), [rules.VERSION_UNKNOWN.at(NAME, expected="0.93 to 0.97, or 1.0", found=text)]
    if version < (1, 0):
        return version, [rules.VERSION_OLD.at(NAME, expected="1.0", found=text)]
    return version, []


def _encoding(text: str | None) -> tuple[str, list[Finding]]:
    if text is None:
        return "utf-8", []
    try:
        codec = codecs.lookup(text)
        name = codec.name.replace("-", "_")
        known = getattr(codec, "_is_text_encoding", True) and name not in _NOT_FOR_FILES
    except (LookupError, ValueError):
        codec, known = codecs.lookup("utf-8"), False
    if not known:
        found = shown(text)
        return "utf-8", [rules.ENCODING_UNKNOWN.at(NAME, expected="UTF-8", found=found)]
    if codec.name not in {"utf-8", "ascii"}:
        return codec.name, [rules.ENCODING_NOT_UTF8.at(NAME, expected="UTF-8", found=shown(text))]
    return codec.name, []


def _judge_form(text: str, version: tuple[int, int]) -> list[Finding]:
    """A declaration with both elements in another form than the strict one."""
    lines = _lines(text)
    expected = "two lines, one space after each colon"
    in_order = [line.partition(":")[0].strip().lower() for line in lines] == [label.lower() for label in _LABELS]
    if len(lines) != 2 or not in_order or (version >= (1, 0) and not _differs_in_case_alone(text)):
        found = shown(" / ".join(lines))
        return [rules.DECLARATION_MALFORMED.at(NAME, expected=expected, found=found)]
    return [rules.DECLARATION_LOOSE.at(NAME, expected=expected, found=shown(" / ".join(lines)))]


def _differs_in_case_alone(text: str) -> bool:
    # RFC 8493 itself writes "BagIt-version" in its examples (section 4)
    return re.fullmatch(_STRICT.pattern, text, re.IGNORECASE) is not None
