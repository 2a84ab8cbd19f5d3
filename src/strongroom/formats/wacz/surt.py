"""Keys that sort URLs by host from the right, as indexes of web archives use them (SURT).

The keys are those of the `surt` package, which replay tools use to look captures up, for every http and https URL in
WHATWG form; no other canonicalisation is meant or useful here.
"""

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes

_PARTS = re.compile(rb"([A-Za-z][A-Za-z0-9+.-]*):(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?", re.DOTALL)
_PORT = re.compile(rb":([0-9]*)$")
_LEADING_WWW = re.compile(rb"www[0-9]*\.")
_DEFAULT_PORTS = {b"http": b"80", b"https": b"443"}
# What stays as it is when a path or a query is escaped: printable ASCII but for "%", "#" and the space.
_UNESCAPED = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
# Session identifiers name a visit and not a page: they are cut out of the key, each kind once, in this order.
_PATH_SESSIONS = (
    re.compile(rb"(.*/)\((?:[a-z]\([0-9a-z]{24}\))+\)/([^?]+\.aspx.*)", re.IGNORECASE),
    re.compile(rb"(.*/)\([0-9a-z]{24}\)/([^?]+\.aspx.*)", re.IGNORECASE),
)
_QUERY_SESSIONS = tuple(
    re.compile(rb"(.*)(?:" + name + rb")(?:&(.*))?", re.IGNORECASE)
    for name in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"ASPSESSIONID[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)


def surt(url: str) -> str:
    """Make the key of an absolute URL.

    >>> surt("https://www.Example.org:8443/A/b/?z=1&a=2")
    'org,example:8443)/a/b?a=2&z=1'
    >>> surt("urn:strongroom:robots")
    'urn:strongroom:robots'
    """
    match = _PARTS.match(url.encode("utf-8", "surrogatepass"))
    if match is None:
        return url
    scheme, authority, path, query = match.groups()
    host, port = _host_and_port(scheme.lower(), authority or b"")
    key = b",".join(reversed(host.split(b"."))) + port + b")" if host else scheme + b":"
    key += _path(path, is_hierarchical=bool(host))
    canonical_query = _query(query or b"")
    if canonical_query:
        key += b"?" + canonical_query
    return key.decode("ascii", "backslashreplace")


def _host_and_port(scheme: bytes, authority: bytes) -> tuple[bytes, bytes]:
    host = authority.rpartition(b"@")[2]
    port = b""
    match = _PORT.search(host)
    if match:
        host, port = host[: match.start()], match[1]
    if host[:1] == b"[" and host[-1:] == b"]":
        host = host[1:-1]
    host = _escaped(_unescaped(host).replace(b"..", b".").strip(b".").lower()).lower()
    host = _LEADING_WWW.sub(b"", host, count=1) if _LEADING_WWW.match(host) else host
    number = port.lstrip(b"0")
    return host, b":" + number if number and number != _DEFAULT_PORTS.get(scheme) else b""


def _path(path: bytes, *, is_hierarchical: bool) -> bytes:
    path = _unescaped(path)
    if is_hierarchical:
        path = _without_dots(path)
    path = _escaped(path).lower()
    for pattern in _PATH_SESSIONS:
        match = pattern.fullmatch(path)
        if match:
            path = match[1] + match[2]
    return path[:-1] if len(path) > 1 and path.endswith(b"/") else path


def _without_dots(path: bytes) -> bytes:
    kept: list[bytes] = []
    for segment in path.split(b"/")[1:]:
        if segment == b".." and kept:
            kept.pop()
        elif segment != b".":
            kept.append(segment)
    # Empty segments count as steps for "..", but only an empty last one, a final slash, is seen in the key.
    return b"/" + b"".join(segment + b"/" for segment in kept[:-1] if segment) + b"".join(kept[-1:])


def _query(query: bytes) -> bytes:
    query = _escaped(_unescaped(query))
    for pattern in _QUERY_SESSIONS:
        match = pattern.fullmatch(query)
        if match:
            query = match[1] + (match[2] or b"")
    return b"&".join(b"=".join(pair) for pair in sorted(part.split(b"=", 1) for part in query.lower().split(b"&")))


def _unescaped(data: bytes) -> bytes:
    while b"%" in data:
        once = unquote_to_bytes(data)
        if once == data:
            break
        data = once
    return data


def _escaped(data: bytes) -> bytes:
    return quote_from_bytes(data, safe=_UNESCAPED).encode("ascii")
