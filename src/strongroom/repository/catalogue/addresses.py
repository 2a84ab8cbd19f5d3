"""URLs and hosts in the forms in which they are looked up."""

import hashlib
import re
from typing import Final

from strongroom.repository.catalogue.folding import kept

MAX_URL_BYTES: Final = 1000
"""A longer URL is kept by its beginning and its digest: PostgreSQL indexes no key much longer than that."""
MAX_PREFIX_BYTES: Final = 900
"""Of a URL that is too long so much is kept as it is."""
_HOST: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\[[^\]/?#]*\]|[^/?#:]*)")
_MAX_HOST_CHARACTERS: Final = 255


def url_key(url: str) -> str:
    """A URL as it stands in the catalogue: whole, or where it is too long, its beginning and the SHA-256 of it all."""
    whole = kept(url, len(url))
    if len(whole) <= MAX_URL_BYTES // 4 or len(data := whole.encode()) <= MAX_URL_BYTES:
        return whole
    return f"{data[:MAX_PREFIX_BYTES].decode('utf-8', 'ignore')}#sha256:{hashlib.sha256(data).hexdigest()}"


def host_of(url: str) -> str:
    """The host of an absolute URL in lower case; empty where it has none.

    >>> host_of("https://WWW.example.org:8080/x?y"), host_of("mailto:a@example.org")
    ('www.example.org', '')
    """
    match = _HOST.match(url)
    return kept(match[1], _MAX_HOST_CHARACTERS).lower().rstrip(".") if match else ""


def host_key(host: str) -> str:
    """A host with its last part first, so that the hosts below a domain stand together.

    >>> host_key("www.example.org")
    'org,example,www'
    """
    return ",".join(reversed(host.split(".")))


def host_of_key(key: str) -> str:
    """The host that a key was made of."""
    return ".".join(reversed(key.split(",")))


def end_of(prefix: str) -> str:
    """The first text, in the order of bytes, behind all that begin with a prefix; empty when there is none.

    >>> end_of("https://example.org/a")
    'https://example.org/b'
    """
    while prefix:
        last = ord(prefix[-1])
        if last < 0x10FFFF:
            return prefix[:-1] + chr(0xE000 if last == 0xD7FF else last + 1)
        prefix = prefix[:-1]
    return ""
