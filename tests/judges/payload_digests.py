"""Digests of a WARC recomputed with nothing but the standard library.

It shares no code with strongroom on purpose. The usual checkers hash chunked bodies as they stand on the wire; here
the payload is what RFC 9110 calls the content: chunk framing taken away, content coding left on.
"""

import gzip
import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

Headers = dict[str, str]
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]+)[ \t]*(?:;[^\n]*)?\r?\n")


def records(path: Path) -> Iterator[tuple[Headers, bytes]]:
    """Yield headers (names in lower case) and block of every record; raises `ValueError` where a record is malformed."""
    with gzip.open(path) as stream:
        while version := stream.readline():
            if version != b"WARC/1.1\r\n":
                raise ValueError(f"{path.name}: {version!r} where a record should begin")
            headers = _headers(stream)
            length = int(headers["content-length"])
            block = stream.read(length)
            if len(block) != length or stream.read(4) != b"\r\n\r\n":
                raise ValueError(f"{path.name}: {headers['warc-record-id']} is not as long as it says")
            yield headers, block


def _headers(stream: BinaryIO | gzip.GzipFile) -> Headers:
    headers: Headers = {}
    while (line := stream.readline()) != b"\r\n":
        name, colon, value = line.decode("utf-8").partition(":")
        if not colon or (name.lower() in headers and name.lower() != "warc-concurrent-to"):
            raise ValueError(f"{line!r} is no header, or is there twice")
        headers[name.lower()] = value.strip()
    return headers


def content(message: bytes) -> bytes:
    """Take the head and the chunk framing away from an HTTP response; without a head there is no telling content."""
    begun = message.lstrip(b"\r\n")
    if not begun.startswith(b"HTTP/"):
        return b""
    end = re.search(rb"\r?\n\r?\n", begun)
    if end is None:
        return b""
    head, body = begun[: end.start()], begun[end.end() :]
    status = re.match(rb"HTTP/[0-9.]+[ \t]+([0-9]{3})", head)
    if status and (status[1] in {b"204", b"304"} or status[1].startswith(b"1")):
        return b""
    chunked = re.search(rb"(?im)^transfer-encoding[ \t]*:[^\r\n]*\bchunked[ \t]*\r?$", head)
    return dechunk(body) if chunked else body


def dechunk(body: bytes) -> bytes:
    """Join the chunks; a body that is not chunked from its first line on is its own content."""
    parts: list[bytes] = []
    at = 0
    while found := _CHUNK.match(body, at):
        size = int(found[1], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(body[found.end() : found.end() + size])
        at = found.end() + size
        at += 2 if body[at : at + 2] == b"\r\n" else body[at : at + 1] == b"\n"
    return b"".join(parts) if parts else body


def digest(data: bytes) -> str:
    """Write a digest as strongroom's records have it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def faults(path: Path) -> Iterator[str]:
    """Name every record whose block or payload is not what its header says."""
    payloads: dict[str, str] = {}
    for headers, block in records(path):
        name = f"{headers['warc-type']} {headers['warc-record-id']} {headers.get('warc-target-uri', '')}"
        if headers.get("warc-block-digest") != digest(block):
            yield f"{name}: the block's digest is {digest(block)}, not {headers.get('warc-block-digest')}"
        said = headers.get("warc-payload-digest")
        kind = headers["warc-type"]
        if kind == "response" and said != digest(content(block)):
            yield f"{name}: the payload's digest is {digest(content(block))}, not {said}"
        if kind == "response" and said:
            payloads[headers["warc-record-id"]] = said
        if kind == "revisit":
            original = payloads.get(headers["warc-refers-to"])
            if "identical-payload-digest" in headers["warc-profile"] and said != original:
                yield f"{name}: repeats {headers['warc-refers-to']}, whose payload digest is {original}, not {said}"


if __name__ == "__main__":
    found = [fault for path in sys.argv[1:] for fault in faults(Path(path))]
    print("\n".join(found))
    sys.exit(bool(found))
