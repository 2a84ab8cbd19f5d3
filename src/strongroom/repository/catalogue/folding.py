"""Text as it is kept and as it is compared: both databases must take it, and case and accents must not matter."""

import re
import unicodedata
from typing import Final

_NOT_KEPT: Final = re.compile("[\x00\ud800-\udfff]")


def kept(text: str, characters: int) -> str:
    r"""The beginning of a text without what PostgreSQL or UTF-8 cannot hold.

    >>> kept("a\x00b\udc80c", 3)
    'a\ufffdb'
    """
    return _NOT_KEPT.sub("\ufffd", text[:characters])


def folded(text: str) -> str:
    """A text without case, accents, ligatures and more than single spaces: what is searched, and what for.

    >>> folded("  Dépôt  légal de l'ŒUVRE, Straße ﬁn ")
    "depot legal de l'œuvre, strasse fin"
    """
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = "".join(letter for letter in apart if not unicodedata.combining(letter))
    else:
        text = text.lower()
    return " ".join(text.split())
