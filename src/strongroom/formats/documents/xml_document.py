"""SVG images and XHTML pages served as XML: what they refer to.

They are read tolerantly, as far as they can be, and without network, entities or DTD.
"""

import re

from lxml import etree

from strongroom.formats.documents.html import HtmlPage
from strongroom.formats.documents.html_elements import is_icon_link, refer
from strongroom.formats.documents.references import References, fold
from strongroom.formats.url import resolve
from strongroom.model.outcome import Relation

_XLINK = "{http://www.w3.org/1999/xlink}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_NAMESPACES = ("{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2000/svg}", "")
_PSEUDO_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_IMAGES = frozenset({"img", "image", "svg", "video", "object", "embed", "iframe"})


def read_xml(text: str, references: References) -> HtmlPage:
    """Read a decoded document; what it refers to goes into `references`."""
    page = HtmlPage(base=references.base)
    root = _parsed(text)
    if root is None:
        return page
    for before in root.itersiblings(preceding=True):
        if isinstance(before, etree._ProcessingInstruction) and before.target == "xml-stylesheet":  # noqa: SLF001 - lxml has no other name for the class
            found = _PSEUDO_HREF.search(before.text or "")
            if found:
                references.embed(found.group(1) or found.group(2), "xml-stylesheet@href")
    for element in root.iter(etree.Element):
        _read(element, page, references)
    page.base = references.base
    has_text = any(str(piece).strip() for piece in root.itertext())
    page.has_content = page.has_content or has_text or references.has(Relation.REDIRECT)
    return page


def _parsed(text: str) -> etree._Element | None:
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        no_network=True,
        resolve_entities=False,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    return root if isinstance(root, etree._Element) else None  # noqa: SLF001 - recovery may end with nothing


def _read(element: etree._Element, page: HtmlPage, references: References) -> None:
    tag = _local_name(str(element.tag))
    if tag is None:
        return
    attributes: dict[str, str | None] = {_attribute_name(str(name)): str(value) for name, value in element.items()}
    match tag:
        case "a" | "area":
            references.add(
                attributes.get("href") or attributes.get("xlink:href"),
                Relation.HYPERLINK,
                f"{tag}@href",
                "".join(map(str, element.itertext())),
            )
        case "style":
            if (attributes.get("type") or "").strip().lower() in {"", "text/css"}:
                references.stylesheet(element.text or "", "style")
        case "title":
            page.title = page.title or fold(element.text or "")
        case "base":
            base = resolve(attributes.get("href") or "", references.base)
            references.base = base or references.base
        case "html" | "svg":
            page.language = page.language or attributes.get("xml:lang") or attributes.get("lang")
        case "link":
            page.has_icon = page.has_icon or is_icon_link(attributes)
        case _:
            pass
    page.has_content = page.has_content or tag in _IMAGES
    refer(tag, attributes, references)


def _local_name(name: str) -> str | None:
    """The local name of an HTML or SVG element, or of one in no namespace; None for any other."""
    return next((name[len(one) :] for one in _NAMESPACES if name.startswith(one) and "}" not in name[len(one) :]), None)


def _attribute_name(name: str) -> str:
    if name.startswith(_XLINK):
        return f"xlink:{name[len(_XLINK) :]}"
    return f"xml:{name[len(_XML) :]}" if name.startswith(_XML) else name
