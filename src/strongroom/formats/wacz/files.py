"""The small files that make a folder of WARC files a WACZ once it is zipped (WACZ 1.1.1).

`pages.jsonl` lists the pages, `datapackage.json` every file with its digest, `datapackage-digest.json` the digest of
that list. Zipping is not done here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from strongroom.formats.warc.record import warc_date
from strongroom.model.capture import Page
from strongroom.model.digest import Fixity

WACZ_VERSION = "1.1.1"
DATAPACKAGE = "datapackage.json"
DATAPACKAGE_DIGEST = "datapackage-digest.json"
_PAGES_FORMAT = "json-pages-1.0"


@dataclass(frozen=True, slots=True)
class Resource:
    """A file as `datapackage.json` lists it; `hash` is ``sha256:…``."""

    path: str
    hash: str
    length_bytes: int


@dataclass(frozen=True, slots=True)
class PageLine:
    """A page as `pages.jsonl` lists it; `timestamp` as written there."""

    url: str
    timestamp: str
    title: str


def write_pages(pages: Iterable[Page], *, title: str = "Pages") -> Iterator[bytes]:
    r"""Write pages.jsonl: a header line and one line for each page, in the order given.

    >>> list(write_pages([]))
    [b'{"format": "json-pages-1.0", "id": "pages", "title": "Pages"}\n']
    """
    yield _json_line({"format": _PAGES_FORMAT, "id": "pages", "title": title})
    for page in pages:
        yield _json_line(
            {
                "id": page.record_id.removeprefix("urn:uuid:"),
                "url": page.url,
                "ts": warc_date(page.date),
                "title": page.title or page.url,
            }
        )


def read_pages(chunks: Iterable[bytes]) -> Iterator[PageLine | None]:
    """Read the pages of a pages.jsonl, whoever wrote it; None for each line that is no page, the header aside."""
    for number, line in enumerate(b"".join(chunks).splitlines()):
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            yield None
            continue
        if number == 0 and isinstance(fields, dict) and "format" in fields:
            continue
        if isinstance(fields, dict) and isinstance(fields.get("url"), str):
            yield PageLine(fields["url"], str(fields.get("ts", "")), str(fields.get("title", "")))
        else:
            yield None


def write_datapackage(
    files: Iterable[tuple[str, Fixity]],
    *,
    title: str,
    created: datetime,
    software: str,
    main_page: Page | None = None,
) -> bytes:
    """Write datapackage.json.

    Args:
        files: (path relative to the WACZ, fixity) of everything in archive/, indexes/ and pages/.
        title: of the collection.
        created: UTC.
        software: ``strongroom 0.1.0``.
        main_page: the page to be shown first.
    """
    document: dict[str, object] = {
        "profile": "data-package",
        "wacz_version": WACZ_VERSION,
        "title": title,
        "created": created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "software": software,
    }
    if main_page:
        document["mainPageUrl"] = main_page.url
        document["mainPageDate"] = warc_date(main_page.date)
    document["resources"] = [
        {
            # A data package asks for lower-case names; ours differ in more than case.
            "name": path.rpartition("/")[2].lower(),
            "path": path,
            "hash": f"sha256:{fixity.sha256}",
            "bytes": fixity.length_bytes,
        }
        for path, fixity in sorted(files)
    ]
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def write_datapackage_digest(datapackage: Fixity) -> bytes:
    """Write datapackage-digest.json, from the fixity of datapackage.json."""
    document = {"path": DATAPACKAGE, "hash": f"sha256:{datapackage.sha256}"}
    return (json.dumps(document, indent=2) + "\n").encode()


def read_resources(datapackage: bytes) -> tuple[Resource, ...] | None:
    """Read what a datapackage.json lists, whoever wrote it; None when it is no data package."""
    document = _json_object(datapackage)
    listed = document.get("resources") if document else None
    if not isinstance(listed, list):
        return None
    resources = []
    for one in listed:
        if not isinstance(one, dict) or not isinstance(one.get("path"), str) or not isinstance(one.get("bytes"), int):
            return None
        resources.append(Resource(one["path"], str(one.get("hash", "")), one["bytes"]))
    return tuple(resources)


def read_datapackage_digest(data: bytes) -> str | None:
    """Read the digest that a datapackage-digest.json states, ``sha256:…``; None when it states none."""
    document = _json_object(data)
    stated = document.get("hash") if document else None
    return stated if isinstance(stated, str) else None


def _json_line(fields: Mapping[str, str]) -> bytes:
    # json.dumps leaves U+2028 and U+2029 as they are, which some readers of lines take for line ends.
    return (
        json.dumps(fields, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n"
    ).encode("utf-8", "backslashreplace")


def _json_object(data: bytes) -> dict[str, object] | None:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
