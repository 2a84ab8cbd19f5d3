"""What the header of a response refers to: the parts that Link names, and where Refresh leads.

Browsers treat both like the elements that they stand for, `link` and `meta`; they are relative to the response's own
URL, whatever a `base` element says.
"""

from collections.abc import Sequence

from strongroom.formats.documents.html_elements import refer
from strongroom.formats.documents.references import References
from strongroom.formats.http.link import links
from strongroom.model.outcome import Reference


def header_references(headers: Sequence[tuple[str, str]], url: str) -> tuple[Reference, ...]:
    """Read the references of a response's header.

    Args:
        headers: (name, value), as they came.
        url: of the response.
    """
    references = References(url)
    for name, value in headers:
        key = name.lower()
        if key == "link":
            for target, parameters in links(value):
                refer("link", {**parameters, "href": target}, references)
        elif key == "refresh":
            refer("meta", {"http-equiv": "refresh", "content": value}, references)
    return references.all()
