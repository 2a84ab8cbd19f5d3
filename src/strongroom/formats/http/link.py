"""The Link header field: typed links that a response states outside its body (RFC 8288)."""

import re
from collections.abc import Iterator
from typing import Final

_LINK: Final = re.compile(r"<([^<>]*)>((?:\s*;\s*[A-Za-z0-9*_-]+(?:\s*=\s*(?:\"[^\"]*\"|[^\s\";,]+))?)*)")
_PARAMETER: Final = re.compile(r";\s*([A-Za-z0-9*_-]+)(?:\s*=\s*(?:\"([^\"]*)\"|([^\s\";,]+)))?")


def links(value: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the target, as written, and the parameters of each link about the response itself.

    Names of parameters are in lower case. A link with `anchor` is about something else (section 3.2), and left out.

    >>> list(links('</a.css>; rel="stylesheet"; crossorigin, </b>; rel=next; anchor="#x"'))
    [('/a.css', {'rel': 'stylesheet', 'crossorigin': ''})]
    """
    for target, parameters in _LINK.findall(value):
        named = {key.lower(): quoted or bare for key, quoted, bare in _PARAMETER.findall(parameters)}
        if "anchor" not in named:
            yield target, named
