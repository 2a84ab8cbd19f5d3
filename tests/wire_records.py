"""What WARC files say went over the wire, to be laid beside the log of the server; read without strongroom's code."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from judges.payload_digests import content, digest, records
from servers.demo_site import WireExchange


@dataclass(frozen=True)
class Recorded:
    """One exchange by its records; for a revisit `sent` is the head alone, and `payload_digest` vouches for the rest."""

    url: str
    request: bytes
    sent: bytes
    is_revisit: bool = False
    payload_digest: str = ""


def recorded(warcs: Iterable[Path]) -> list[Recorded]:
    """Read the exchanges: interim answers, answer and surplus put together again as they came."""
    exchanges: list[Recorded] = []
    for warc in warcs:
        found = list(records(warc))
        beside: dict[str, dict[str, bytes]] = {}
        for headers, block in found:
            if headers["warc-type"] in {"request", "metadata"} and "warc-concurrent-to" in headers:
                beside.setdefault(headers["warc-concurrent-to"], {})[headers["warc-type"]] = block
        for headers, block in found:
            if headers["warc-type"] in {"response", "revisit"}:
                near = beside[headers["warc-record-id"]]
                interim, surplus = _around(near.get("metadata", b""))
                exchanges.append(
                    Recorded(
                        headers["warc-target-uri"].strip("<>"),
                        near["request"],
                        interim + block + surplus,
                        headers["warc-type"] == "revisit",
                        headers["warc-payload-digest"],
                    )
                )
    return exchanges


def _around(fields: bytes) -> tuple[bytes, bytes]:
    found = dict(line.split(b": ", 1) for line in fields.splitlines() if b": " in line)
    assert b"http-surplus-truncated" not in found
    return (
        base64.b64decode(found.get(b"http-interim-base64", b"")),
        base64.b64decode(found.get(b"http-surplus-base64", b"")),
    )


def differences(exchanges: Iterable[Recorded], logged: Iterable[WireExchange]) -> list[str]:
    """Say where records and log differ: every answered exchange of the one must be in the other, byte for byte."""
    revisits: dict[bytes, list[Recorded]] = {}
    whole: Counter[tuple[bytes, str]] = Counter()
    for exchange in exchanges:
        if exchange.is_revisit:
            revisits.setdefault(exchange.request, []).append(exchange)
        else:
            whole[exchange.request, hashlib.sha256(exchange.sent).hexdigest()] += 1
    found = []
    for line in logged:
        assert line.received.data is not None
        key = line.received.data, line.sent.sha256
        repeats = revisits.get(line.received.data, [])
        if whole[key]:
            whole[key] -= 1
        elif repeats and line.sent.data is not None and _vouches(repeats[0], line.sent.data):
            repeats.pop(0)
        elif line.sent.length_bytes:
            found.append(f"sent and not recorded: {line.host} {line.target} {line.sent.length_bytes} bytes")
    found += [f"recorded and not sent: {request.splitlines()[0]!r}" for request, _ in whole.elements()]
    found += [f"repeat not sent: {one.url}" for several in revisits.values() for one in several]
    return found


def _vouches(revisit: Recorded, sent: bytes) -> bool:
    return sent.startswith(revisit.sent) and digest(content(sent)) == revisit.payload_digest
