"""URLs as browsers read them (WHATWG URL Standard): parsing, resolving, and the form in which they are listed.

Two rules of the house come on top: user information and the fragment are not part of what is asked for, and are
cut off. This module does not decide what belongs to a capture and asks no name server.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from ada_url import join_url, normalize_url

# The special schemes with an authority and their ports (URL Standard, section 4.2); `file` has no port.
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_AUTHORITY_END = re.compile(r"[/?#]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LISTED_DATA = re.compile(r"data:.{95}#sha256:[0-9a-f]{64}", re.DOTALL)
_LISTED_DATA_CHARACTERS = 100
MAX_CHARACTERS = 32_768
"""A URL longer than this is never asked for: no server takes it, and no reader of WARC or CSV has to."""
# Longer references (data: URLs, mostly) are not remembered: they never come twice and would fill the memory.
_REMEMBERED_CHARACTERS = 2048


@dataclass(frozen=True, slots=True)
class Url:
    """An absolute URL in its parts.

    Attributes:
        href: serialised, without user information and, where it has an authority, without the fragment.
        scheme: lower case, without the colon.
        host: ASCII (Punycode), IPv6 in brackets; empty where a scheme has none.
        port: the effective one, 443 for an https URL that names none; None where a scheme has none.
        target: path and query, as a request line has them; for ``mailto:`` and the like, all behind the colon.
        origin: ``scheme://host[:port]``, the port only where it is not the scheme's own; ``null`` for other schemes
            than http and https.
    """

    href: str
    scheme: str
    host: str
    port: int | None
    target: str
    origin: str

    @property
    def is_http(self) -> bool:
        """Whether it can be asked for over HTTP."""
        return self.scheme in {"http", "https"}


def parse(text: str, base: str | None = None) -> Url | None:
    """Read a URL, relative to `base` if there is one; None where a browser would find no URL.

    >>> parse("HTTP://user@Example.ORG:80/a/../b?c#d")
    Url(href='http://example.org/b?c', scheme='http', host='example.org', port=80, target='/b?c', \
origin='http://example.org')
    """
    href = _serialised(text, base)
    if href is None:
        return None
    bare = _bare(href)
    scheme, _, rest = bare.partition(":")
    if not rest.startswith("//"):
        return Url(bare, scheme, "", None, rest, "null")
    end = _authority_end(bare, len(scheme) + 3)
    authority = bare[len(scheme) + 3 : end]
    host, port = _host_and_port(authority)
    return Url(
        href=bare,
        scheme=scheme,
        host=host,
        port=_PORTS.get(scheme) if port is None else port,
        target=bare[end:],
        origin=f"{scheme}://{authority}" if scheme in {"http", "https"} else "null",
    )


def resolve(reference: str, base: str) -> str | None:
    """Make a reference absolute as a browser does; None where it makes no URL.

    What comes back has no user information, and no fragment where it has an authority. Other schemes
    (``mailto:``, ``data:``) come back normalised and whole.

    >>> resolve("../img/a b.png#top", "https://example.org/x/y/z")
    'https://example.org/x/img/a%20b.png'
    """
    if len(reference) > _REMEMBERED_CHARACTERS:
        return _resolved(reference, base)
    return _remembered(reference, base)


def listed_form(url: str) -> str:
    """The form in which a URL stands in links.csv: ``data:`` and endless ones are cut at 100 characters, with SHA-256.

    The digest is over the whole URL in UTF-8. The cut form is left as it is when it comes again.

    >>> listed_form("data:," + "x" * 200)[90:120]
    'xxxxxxxxxx#sha256:2a6d530f6492'
    """
    is_cut = len(url) > (_LISTED_DATA_CHARACTERS if url.startswith("data:") else MAX_CHARACTERS)
    if not is_cut or _LISTED_DATA.fullmatch(url):
        return url
    digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{url[:_LISTED_DATA_CHARACTERS]}#sha256:{digest}"


def _resolved(reference: str, base: str) -> str | None:
    try:
        href = join_url(base, reference)
    except ValueError:
        again = _serialised(reference, base)
        if again is None:
            return None
        href = again
    return _bare(href)


_remembered = lru_cache(maxsize=4096)(_resolved)


def _serialised(text: str, base: str | None) -> str | None:
    # A lone surrogate cannot be written in UTF-8; browsers make U+FFFD of it (Infra Standard, scalar value strings).
    scalar = _SURROGATE.sub("\ufffd", text)
    try:
        return normalize_url(scalar) if base is None else join_url(base, scalar)
    except ValueError:
        return None


def _authority_end(href: str, start: int) -> int:
    """Where the authority ends: in a serialised URL the first ``/`` or ``?`` behind it, or the end."""
    found = _AUTHORITY_END.search(href, start)
    return found.start() if found else len(href)


def _bare(href: str) -> str:
    """Cut user information and fragment off a serialised URL that has an authority."""
    colon = href.find(":")
    if not href.startswith("//", colon + 1):
        return href
    fragment = href.find("#")
    if fragment >= 0:
        href = href[:fragment]
    if "@" in href:
        start = colon + 3
        # Inside user information an at sign is percent-encoded, so the last one is the one.
        at = href.rfind("@", start, _authority_end(href, start))
        if at >= 0:
            href = href[:start] + href[at + 1 :]
    return href


def _host_and_port(authority: str) -> tuple[str, int | None]:
    bracket = authority.rfind("]")
    colon = authority.rfind(":")
    if colon <= bracket:
        return authority, None
    return authority[:colon], int(authority[colon + 1 :])
