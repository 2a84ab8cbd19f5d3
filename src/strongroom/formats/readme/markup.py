"""HTML built from values, so that text cannot become markup: a `str` is always escaped, only `Markup` is not."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlsplit

_VOID: Final = frozenset({"meta", "br", "hr", "link"})
# What HTML cannot hold, or what a terminal or an editor would act on; U+FFFD shows that something was there.
_REPLACED: Final = dict.fromkeys(
    [*(code for code in range(0x20) if code not in (0x09, 0x0A)), *range(0x7F, 0xA0), *range(0xD800, 0xE000)], "\ufffd"
)


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML that is well formed because `element` alone makes it."""

    html: str


Child = Markup | str | None


def text(value: str) -> Markup:
    """Escape text for any place in HTML.

    >>> text('<b> & "c"').html
    '&lt;b&gt; &amp; &quot;c&quot;'
    """
    return Markup(escape(value.translate(_REPLACED)))


def join(children: Iterable[Child]) -> Markup:
    """Put children one after another; None is left out."""
    return Markup("".join(_html(child) for child in children))


def element(name: str, /, *children: Child, **attributes: str | int | None) -> Markup:
    """An element; attributes that are None are left out, `class_` is written class, `_` inside a name is `-`.

    >>> element("p", "a < b", class_="x").html
    '<p class="x">a &lt; b</p>'
    """
    start = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(str(value)).html}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{start}>")
    return Markup(f"<{name}{start}>{join(children).html}</{name}>")


def foreign(value: str, *, language: str | None = None) -> Markup:
    """Text that somebody else wrote: its direction stays its own business."""
    return element("bdi", value, lang=language or None)


def address(url: str) -> Markup:
    """A URL as text, and as a link where that can do no harm: http and https alone."""
    shown = element("bdi", url, class_="url")
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return shown
    if scheme not in ("http", "https"):
        return shown
    return element("a", shown, href=url, rel="noreferrer noopener external")


def _html(child: Child) -> str:
    if child is None:
        return ""
    return child.html if isinstance(child, Markup) else text(child).html
