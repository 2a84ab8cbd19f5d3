"""Web app manifests (W3C Web Application Manifest): the images that they name."""

import json
from collections.abc import Iterator
from typing import Any


def manifest_references(text: str) -> Iterator[tuple[str, str]]:
    """Yield (URL as written, member it stands in) of every image; nothing from what is no JSON object.

    >>> list(manifest_references('{"icons": [{"src": "icon.png"}]}'))
    [('icon.png', 'manifest icons')]
    """
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(manifest, dict):
        return
    for member in ("icons", "screenshots"):
        yield from _images(manifest.get(member), f"manifest {member}")
    for name in ("shortcuts", "file_handlers"):
        entries = manifest.get(name)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                yield from _images(entry.get("icons"), f"manifest {name}")


def _images(images: Any, source: str) -> Iterator[tuple[str, str]]:
    for image in images if isinstance(images, list) else ():
        if isinstance(image, dict) and isinstance(image.get("src"), str):
            yield image["src"], source
