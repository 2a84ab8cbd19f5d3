"""What a captured document refers to, whatever its format: HTML, XHTML, SVG, CSS, web app manifest.

This is where the other pages and the requisites of a capture come from; it loads nothing and decides nothing.
"""

from dataclasses import dataclass

from strongroom.formats.documents.charset import decode_css, decode_html, decode_xml
from strongroom.formats.documents.html import HtmlPage, read_page
from strongroom.formats.documents.media_type import media_type_of, says_nothing, stated_media_type
from strongroom.formats.documents.references import References
from strongroom.formats.documents.webmanifest import manifest_references
from strongroom.formats.url import resolve
from strongroom.model.outcome import Reference, Relation

_HTML = frozenset({"text/html"})
_XML = frozenset({"application/xhtml+xml", "image/svg+xml", "application/vnd.wap.xhtml+xml"})
_CSS = frozenset({"text/css"})
_MANIFEST = frozenset({"application/manifest+json", "application/x-web-app-manifest+json"})


@dataclass(frozen=True, slots=True)
class Document:
    """What was read from a document.

    Attributes:
        title: white space folded, at most 200 characters; empty where there is none.
        base: what its references are relative to.
        references: in document order, unique by URL and relation; ``data:`` URLs in their listed form.
        has_content: for a page, whether a reader without scripts sees text, an image, or is led on; for anything
            else, whether there are bytes.
        language: as the document states it, or None.
        is_cut: whether there are more references than `references.MAX_REFERENCES`, which are kept.
    """

    title: str
    base: str
    references: tuple[Reference, ...]
    has_content: bool
    language: str | None
    is_cut: bool = False


def is_document(content_type: str, relation: Relation) -> bool:
    """Whether a response is worth reading for references, judged by its Content-Type."""
    media_type = stated_media_type(content_type)
    if says_nothing(media_type):
        return relation is not Relation.ICON
    return media_type in _HTML or media_type in _XML or media_type in _CSS or media_type in _MANIFEST


def read_document(body: bytes, *, url: str, content_type: str, relation: Relation) -> Document:
    """Read a document; any sequence of bytes is one.

    Args:
        body: content codings undone.
        url: where it was captured.
        content_type: the header field as it came; empty without one.
        relation: how it was come upon; pages, and they alone, have a /favicon.ico by default.
    """
    media_type = media_type_of(body, url=url, content_type=content_type)
    if media_type in _HTML:
        text, encoding = decode_html(body, content_type)
        references = References(url, encoding=encoding)
        page = read_page(text, references)
        if relation.is_page or relation is Relation.REDIRECT:
            _default_icon(page, references)
        return _document(page, references)
    if media_type in _XML:
        # lxml is needed for these alone, and they are rare.
        from strongroom.formats.documents.xml_document import read_xml

        text, encoding = decode_xml(body, content_type)
        references = References(url, encoding=encoding)
        page = read_xml(text, references)
        if media_type != "image/svg+xml" and (relation.is_page or relation is Relation.REDIRECT):
            _default_icon(page, references)
        return _document(page, references)
    references = References(url)
    if media_type in _CSS:
        references.stylesheet(decode_css(body, content_type), "")
    elif media_type in _MANIFEST:
        for reference, source in manifest_references(body.decode("utf-8-sig", "replace")):
            references.embed(reference, source)
    return _document(HtmlPage(base=url, has_content=bool(body.strip())), references)


def _document(page: HtmlPage, references: References) -> Document:
    return Document(
        title=page.title,
        base=page.base,
        references=references.all(),
        has_content=page.has_content,
        language=page.language,
        is_cut=references.is_cut,
    )


def _default_icon(page: HtmlPage, references: References) -> None:
    """A page that names no icon has /favicon.ico of its own host (HTML Standard, section 4.6.7.8)."""
    if not page.has_icon and references.url.startswith(("http://", "https://")):
        references.add(resolve("/favicon.ico", references.url), Relation.ICON, "favicon")
