"""Which media type a document has: the one it came with or, where that says nothing, what browsers see in its bytes."""

# Media types that say nothing; browsers then look at the bytes (MIME Sniffing, section 7).
_UNKNOWN = frozenset({"", "unknown/unknown", "application/unknown", "*/*"})
_HTML_BEGINNINGS = tuple(
    b"<!doctype html:<html:<head:<script:<iframe:<h1:<div:<font:<table:<a:<style:<title:<b:<body:<br:<p".split(b":")
)
_SPACE = b"\t\n\x0c\r "


def stated_media_type(content_type: str) -> str:
    """The media type that a Content-Type states: ``type/subtype`` in lower case, without parameters.

    >>> stated_media_type("Text/HTML; charset=utf-8")
    'text/html'
    """
    return content_type.partition(";")[0].strip().lower()


def says_nothing(media_type: str) -> bool:
    """Whether a media type is none, or one of those that mean "unknown"."""
    return media_type in _UNKNOWN


def media_type_of(body: bytes, *, url: str, content_type: str) -> str:
    """The media type of a document, stated or seen; empty where neither tells."""
    stated = stated_media_type(content_type)
    return _sniffed(body, url) if says_nothing(stated) else stated


def _sniffed(body: bytes, url: str) -> str:
    """The media type of bytes that came without one (MIME Sniffing, section 7.1); empty for none read here."""
    beginning = body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip(_SPACE).lower()
    for tag in _HTML_BEGINNINGS:
        if beginning.startswith(tag) and beginning[len(tag) : len(tag) + 1] in {b" ", b">", b"\n", b"\t", b"\r", b"/"}:
            return "text/html"
    if beginning.startswith(b"<!--"):
        return "text/html"
    if beginning.startswith((b"<svg", b"<?xml")) and b"<svg" in beginning:
        return "image/svg+xml"
    path = url.partition("?")[0].lower()
    return "text/css" if path.endswith(".css") else ""
