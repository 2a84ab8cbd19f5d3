"""Refusing pages that are nested so deeply that parsing them takes time without bound.

The HTML parser looks through the open elements at each start tag, so time grows with the square of the depth:
200,000 nested elements, one megabyte, take a minute. Browsers stop nesting at 512.
"""

import re

MAX_DEPTH = 5_000

_WINDOW_CHARACTERS = 16_384
# Comments and elements whose content is text are gone over; what has no end reaches to the end of the page.
_TAG = re.compile(
    r"<!--(?:.*?-->|.*)"
    r"|<(?:script|style|textarea|title|xmp|iframe|noembed|noframes)\b(?:.*?</(?:script|style|textarea|title|xmp|iframe|noembed|noframes)|.*)"
    r"""|<(/?)([A-Za-z][^\s/>]*)(?:[^>"']++|"[^"]*+"|'[^']*+')*+""",
    re.DOTALL | re.IGNORECASE,
)
_NEVER_OPEN = frozenset(
    (  # noqa: SIM905 - a list of single words is no easier to read
        "area base br col embed frame hr img input link meta param source track wbr "
        # Those that end by themselves when the next one of their kind begins.
        "p li dd dt option tr td th tbody thead tfoot"
    ).split()
)


def too_deep(text: str) -> int | None:
    """Where nesting becomes deeper than `MAX_DEPTH`, as an index into `text`; None where it never does.

    >>> too_deep("<p>" * 100_000), too_deep("<div>" * 5_001)
    (None, 25000)
    """
    if not _may_be_too_deep(text):
        return None
    depth = 0
    for tag in _TAG.finditer(text):
        if tag[2] is None or tag[2].lower() in _NEVER_OPEN:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > MAX_DEPTH:
            return tag.start()
    return None


def _may_be_too_deep(text: str) -> bool:
    """Count angle brackets window by window: cheap, and never too few."""
    if text.count("<") <= MAX_DEPTH:
        return False
    open_elements = 0
    for start in range(0, len(text), _WINDOW_CHARACTERS):
        window = text[start : start + _WINDOW_CHARACTERS + 1]
        tags, ends = window.count("<"), window.count("</")
        if open_elements + tags > MAX_DEPTH:
            return True
        open_elements = max(0, open_elements + tags - 2 * ends)
    return False
