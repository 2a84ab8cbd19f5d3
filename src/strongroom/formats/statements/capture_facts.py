"""What the capture itself says of an article: where and when it was captured, and what kind of thing came."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from strongroom.formats.statements.headers import file_name
from strongroom.formats.statements.statement import Origin, Statement
from strongroom.formats.statements.terms import Place, state
from strongroom.formats.timestamp import timestamp
from strongroom.formats.url import parse

_TYPES: Final = {
    "text": "Text",
    "image": "StillImage",
    "video": "MovingImage",
    "audio": "Sound",
    "application/xhtml+xml": "Text",
    "application/pdf": "Text",
    "application/epub+zip": "Text",
    "text/csv": "Dataset",
    "application/json": "Dataset",
}
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})


def capture_facts(
    url: str, captured_at: datetime, media_type: str, headers: Sequence[tuple[str, str]]
) -> Iterator[Statement]:
    """State the facts of a capture, and inferences from the address where nothing better is stated."""
    capture, inferred = Place(Origin.CAPTURE), Place(Origin.INFERRED, note="inferred from the address")
    yield state("identifier", url, capture, "WARC-Target-URI")
    yield state("source", url, capture, "WARC-Target-URI")
    yield state("dateAccepted", timestamp(captured_at), capture, "WARC-Date")
    yield state("format", "application/warc", capture, "WARC")
    if kind := _TYPES.get(media_type) or _TYPES.get(media_type.partition("/")[0]):
        yield state("type", kind, Place(Origin.INFERRED, note="inferred from the media type"), "Content-Type")
    address = parse(url)
    # The name of a host may be that of a publisher; a number never is.
    if address is not None and address.host.rpartition(".")[2].isalpha():
        yield state("publisher", address.host, inferred, "WARC-Target-URI")
    if media_type not in _HTML:
        yield from _file_title(url, headers)


def _file_title(url: str, headers: Sequence[tuple[str, str]]) -> Iterator[Statement]:
    if name := file_name(headers):
        yield state("title", name, Place(Origin.HEADER, note="the name of the file"), "Content-Disposition")
    address = parse(url)
    last = PurePosixPath(unquote(address.target.partition("?")[0])).name if address is not None else ""
    if last:
        place = Place(Origin.INFERRED, note="inferred: the last part of the address")
        yield state("title", last, place, "WARC-Target-URI")
