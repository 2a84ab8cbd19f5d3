"""What each HTML and SVG element refers to (HTML Standard; SVG 2), table by table.

Everything a browser might load is named, whichever candidate, media or scripting it depends on: an archive keeps all
of them. Links to other documents that are not followed on their own (`canonical`, `next`, `cite`, `action`) are not.
"""

import re
from collections.abc import Callable, Mapping

from strongroom.formats.documents.references import References
from strongroom.model.outcome import Relation

Attributes = Mapping[str, str | None]
Handler = Callable[[str, Attributes, References], None]

_NEEDED_LINKS = frozenset(
    {
        "stylesheet",
        "icon",
        "apple-touch-icon",
        "apple-touch-icon-precomposed",
        "apple-touch-startup-image",
        "mask-icon",
        "fluid-icon",
        "preload",
        "modulepreload",
        "manifest",
    }
)
# Prefetched parts will be needed; a prefetched document is another page, to which this one leads.
_PREFETCHED = frozenset({"script", "style", "image", "font", "fetch", "audio", "video", "track"})
_PLUGIN_PARAMETERS = frozenset({"movie", "src", "filename"})

# Where scripts find what to load later. The names are those that lazy loaders in wide use have agreed on.
_LAZY_URLS = (
    "data-src",
    "data-original",
    "data-original-src",
    "data-lazy-src",
    "data-lazy",
    "data-lazyload",
    "data-ll-src",
    "data-li-src",
    "data-echo",
    "data-cfsrc",
    "data-hi-res-src",
    "data-orig-file",
    "data-large-file",
    "data-large_image",
    "data-poster",
    "data-ezsrc",
    "nitro-lazy-src",
)
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "data-original-set", "data-ezsrcset", "nitro-lazy-srcset")
_LAZY_BACKGROUNDS = (
    "data-bg",
    "data-background",
    "data-background-image",
    "data-background-src",
    "data-bg-src",
    "data-bg-url",
    "data-bg-hidpi",
    "data-bgsrc",
    "data-image-src",
    "data-lazy-background",
    "data-lazy-bg",
    "data-ll-bg",
)
_BACKGROUND_SETS = ("data-bgset",)
_MEDIA = frozenset({"img", "source", "video", "audio", "iframe", "embed", "object", "input", "picture", "amp-img"})
# Elsewhere data-src may mean anything; with such an ending it means a file.
_MEDIA_NAME = re.compile(r"(?i)\.(?:avif|bmp|gif|ico|jpe?g|m4[av]|mp[34]|og[agv]|png|svg|web[mp])(?:[?#]|\Z)")
_NO_URL = re.compile(r"[\s<>{}\\]")

# SVG presentation attributes that take a url(), and HTML's own background.
_PRESENTATION = ("fill", "stroke", "filter", "mask", "clip-path", "marker-start", "marker-mid", "marker-end", "cursor")
_BACKGROUND_ELEMENTS = frozenset({"body", "table", "thead", "tbody", "tfoot", "tr", "td", "th"})
_ANYWHERE = frozenset(
    ("style", "background", *_PRESENTATION, *_LAZY_URLS, *_LAZY_SETS, *_LAZY_BACKGROUNDS, *_BACKGROUND_SETS)
)

_REFRESH = re.compile(r"[\t\n\f\r ]*+(?:[0-9]++|(?=\.))[0-9.]*+(?:[\t\n\f\r ]*+[;,]|[\t\n\f\r ])(?P<url>.*)", re.DOTALL)
_REFRESH_NAME = re.compile(r"(?i)url[\t\n\f\r ]*=[\t\n\f\r ]*")


def refer(tag: str, attributes: Attributes, references: References) -> None:
    """Note what one element refers to.

    Args:
        tag: its local name; HTML names in lower case, SVG names as SVG writes them.
        attributes: by name; ``xlink:href`` with its prefix.
        references: where to note it.
    """
    handler = _HANDLERS.get(tag)
    if handler is not None:
        handler(tag, attributes, references)
    if not _ANYWHERE.isdisjoint(attributes):
        _anywhere(tag, attributes, references)


def may_refer(tag: str, written_attributes: str) -> bool:
    """Whether an element, by its name and its attributes as written, may refer to anything."""
    if tag in _HANDLERS or tag in {"a", "area", "base", "template"}:
        return True
    lower = written_attributes.lower()
    return any(name in lower for name in ("style", "background", "url(", "-src", "data-"))


def is_icon_link(attributes: Attributes) -> bool:
    """Whether a `link` element names the page's icon, so that no browser asks for /favicon.ico."""
    return "icon" in _words(attributes.get("rel")) and bool(attributes.get("href"))


def refresh_target(content: str) -> str | None:
    """Where a `meta` refresh leads, as written; None when it only reloads (HTML Standard, section 4.2.5.3).

    >>> refresh_target("0; URL='next.html'")
    'next.html'
    """
    found = _REFRESH.match(content)
    if found is None:
        return None
    written = found["url"].lstrip("\t\n\f\r ")
    if written[:1] in {";", ","} and not content[: found.start("url")].rstrip().endswith((";", ",")):
        written = written[1:].lstrip("\t\n\f\r ")
    name = _REFRESH_NAME.match(written)
    if name is not None:
        written = written[name.end() :]
    if written[:1] in {"'", '"'}:
        written = written[1:].partition(written[0])[0]
    return written or None


def _source(tag: str, attributes: Attributes, references: References) -> None:
    references.embed(attributes.get("src"), f"{tag}@src")


def _image(tag: str, attributes: Attributes, references: References) -> None:
    references.embed(attributes.get("src"), f"{tag}@src")
    references.srcset(attributes.get("srcset"), f"{tag}@srcset")


def _video(tag: str, attributes: Attributes, references: References) -> None:
    references.embed(attributes.get("src"), f"{tag}@src")
    references.embed(attributes.get("poster"), f"{tag}@poster")


def _input(tag: str, attributes: Attributes, references: References) -> None:
    if (attributes.get("type") or "").lower() == "image":
        references.embed(attributes.get("src"), f"{tag}@src")


def _object(tag: str, attributes: Attributes, references: References) -> None:
    references.embed(attributes.get("data"), f"{tag}@data")


def _param(tag: str, attributes: Attributes, references: References) -> None:
    if (attributes.get("name") or "").lower() in _PLUGIN_PARAMETERS:
        references.embed(attributes.get("value"), f"{tag}@value")


def _script(tag: str, attributes: Attributes, references: References) -> None:
    references.embed(attributes.get("src"), f"{tag}@src")
    references.embed(attributes.get("href") or attributes.get("xlink:href"), f"{tag}@href")


def _link(tag: str, attributes: Attributes, references: References) -> None:
    relations = _words(attributes.get("rel"))
    is_prefetched = "prefetch" in relations
    is_part = (attributes.get("as") or "").lower() in _PREFETCHED
    if not _NEEDED_LINKS.isdisjoint(relations) or (is_prefetched and is_part):
        references.embed(attributes.get("href"), f"{tag}@href")
        references.srcset(attributes.get("imagesrcset"), f"{tag}@imagesrcset")
    elif is_prefetched:
        references.add(attributes.get("href"), Relation.HYPERLINK, f"{tag}@href")


def _meta(tag: str, attributes: Attributes, references: References) -> None:
    if (attributes.get("http-equiv") or "").strip().lower() != "refresh":
        return
    target = refresh_target(attributes.get("content") or "")
    if target is not None and not target.lower().startswith("javascript:"):
        references.add(target, Relation.REDIRECT, f"{tag}@refresh")


def _svg_reference(tag: str, attributes: Attributes, references: References) -> None:
    # SVG 2 section 4.1: href goes before xlink:href.
    references.embed(attributes.get("href") or attributes.get("xlink:href"), f"{tag}@href")


def _anywhere(tag: str, attributes: Attributes, references: References) -> None:
    """What attributes of any element may name: inline style, backgrounds, what scripts load late."""
    references.declarations(attributes.get("style"), f"{tag}@style")
    if tag in _BACKGROUND_ELEMENTS:
        references.embed(attributes.get("background"), f"{tag}@background")
    for name in _PRESENTATION:
        if name in attributes:
            references.declarations(attributes[name], f"{tag}@{name}")
    for name in _LAZY_URLS:
        value = attributes.get(name)
        if value and not _NO_URL.search(value.strip()) and (tag in _MEDIA or _MEDIA_NAME.search(value)):
            references.embed(value, f"{tag}@{name}")
    for name in (*_LAZY_SETS, *_BACKGROUND_SETS):
        value = attributes.get(name)
        if value and "{" not in value:
            references.srcset(value, f"{tag}@{name}")
    for name in _LAZY_BACKGROUNDS:
        value = attributes.get(name)
        if value is None:
            continue
        if "url(" in value.lower():
            references.declarations(value, f"{tag}@{name}")
        elif not _NO_URL.search(value.strip()) and ("/" in value or _MEDIA_NAME.search(value)):
            references.embed(value, f"{tag}@{name}")


def _words(value: str | None) -> set[str]:
    return set((value or "").lower().split())


_HANDLERS: Mapping[str, Handler] = {
    "audio": _source,
    "bgsound": _source,
    "embed": _source,
    "frame": _source,
    "iframe": _source,
    "track": _source,
    "amp-audio": _source,
    "amp-iframe": _source,
    "img": _image,
    "source": _image,
    "amp-img": _image,
    "amp-anim": _image,
    "video": _video,
    "amp-video": _video,
    "input": _input,
    "object": _object,
    "param": _param,
    "script": _script,
    "link": _link,
    "meta": _meta,
    "image": _svg_reference,
    "use": _svg_reference,
    "feImage": _svg_reference,
}
