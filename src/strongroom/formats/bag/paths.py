"""Paths as manifests write them, and which of them a reader must distrust (RFC 8493 sections 2.1.3, 5.1 and 6.1).

Nothing here touches a disk.
"""

import re
import unicodedata
from enum import StrEnum

_ENCODED = re.compile(r"%(0[AaDd]|25)")
_ENCODED_LINE_END = re.compile(r"%(0[AaDd])")
_DRIVE = re.compile(r"[A-Za-z]:")
_UNPORTABLE = re.compile(
    r'[<>:"|?*\\\x00-\x1f\x7f]|[. ]\Z|\A(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?\Z', re.IGNORECASE | re.DOTALL
)


class Spelling(StrEnum):
    """How a path had to be read before it named a file on disk."""

    PLAIN = "plain"
    TIDIED = "tidied"
    PERCENT = "percent"
    BACKSLASH = "backslash"
    NORMALIZED = "normalized"


def encode_path(path: str) -> str:
    r"""Write a path as a manifest does: CR, LF and the percent sign encoded, and only those.

    RFC 8493 section 2.1.3.

    >>> encode_path("data/50%\n.txt")
    'data/50%25%0A.txt'
    """
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def decode_path(text: str) -> str:
    r"""Read a path as version 1.0 writes it: %0A, %0D and %25, and only those, stand for characters.

    >>> decode_path("data/50%25%0a%20.txt")
    'data/50%\n%20.txt'
    """
    if "%" not in text:
        return text
    return _ENCODED.sub(lambda match: chr(int(match[1], 16)), text)


def decode_old_path(text: str) -> str:
    r"""Read a path as the drafts before 1.0 write it: %0A and %0D alone stand for characters.

    >>> decode_old_path("data/50%25%0a.txt")
    'data/50%25\n.txt'
    """
    if "%0" not in text:
        return text
    return _ENCODED_LINE_END.sub(lambda match: chr(int(match[1], 16)), text)


def leads_out(path: str) -> bool:
    """Whether a path is absolute, climbs, or begins with a home folder or a drive; such a path is never followed."""
    if path.startswith(("/", "\\", "~")) or _DRIVE.match(path):
        return True
    return ".." in path and (".." in path.split("/") or ".." in path.replace("\\", "/").split("/"))


def plain(path: str) -> str:
    """Take ``.`` and empty segments out of a path.

    >>> plain("./data//a")
    'data/a'
    """
    if "//" not in path and "./" not in path and not path.endswith(("/", "/.")):
        return path
    return "/".join(part for part in path.split("/") if part not in {"", "."})


def is_portable(name: str) -> bool:
    """Whether every system can keep a file or folder of this name (RFC 8493 section 6.1.2)."""
    return _UNPORTABLE.search(name) is None


def normalized(path: str) -> str:
    """The path in NFC: equal for names that look the same."""
    return path if path.isascii() else unicodedata.normalize("NFC", path)


def folded(path: str) -> str:
    """The path without regard to case and normalization; equal for names that some systems take for one."""
    return (
        path.lower() if path.isascii() else unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
    )


def shown(path: str) -> str:
    r"""A path that can be printed: control characters, lone surrogates and invisible marks become escapes.

    >>> shown("a\x1b[31m")
    'a\\x1b[31m'
    """
    if path.isascii() and path.isprintable():
        return path
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "surrogatepass").decode("ascii")
        for letter in path
    )
