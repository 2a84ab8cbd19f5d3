"""The server's own account of the wire: for each exchange, exactly what came in and what went out."""

import base64
import hashlib
import json
import threading
from io import TextIOWrapper
from pathlib import Path
from typing import Any

_VERBATIM_BYTES = 64 * 1024


class WireLog:
    """JSON lines, one per exchange, in a file that is complete after each line; with no path nothing is kept.

    Keys: `host` (first, second, third), `tls`, `connection` and `exchange` (numbers from 1), `target`, `received` and
    `sent` (`length_bytes`, `sha256`, and `base64` up to 64 KiB), `asked_at_seconds` and `answered_at_seconds` (since
    the server began, monotonic), `ended` (keep, close, cut, or gone when the asker left). A connection that never
    became one (a failed TLS handshake) has `exchange` 0 and a sentence under `fault`.
    """

    def __init__(self, path: Path | None) -> None:
        """Begin a new file at `path`."""
        self._lock = threading.Lock()
        self._file: TextIOWrapper | None = path.open("w", encoding="ascii") if path else None

    def write(self, facts: dict[str, Any]) -> None:
        """Append a line; threads may call it at the same time."""
        with self._lock:
            if self._file is not None:
                self._file.write(json.dumps(facts) + "\n")
                self._file.flush()

    def close(self) -> None:
        """Later lines are dropped."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None


class Tally:
    """Bytes that went one way, digested as they pass."""

    def __init__(self) -> None:
        """Begin with none."""
        self._sha256 = hashlib.sha256()
        self._length = 0
        self._kept = bytearray()

    def add(self, data: bytes) -> None:
        """Count bytes that are known to have passed."""
        self._sha256.update(data)
        self._length += len(data)
        if self._length <= _VERBATIM_BYTES:
            self._kept += data

    def facts(self) -> dict[str, Any]:
        """Say what passed, as the log has it."""
        facts: dict[str, Any] = {"length_bytes": self._length, "sha256": self._sha256.hexdigest()}
        if self._length <= _VERBATIM_BYTES:
            facts["base64"] = base64.b64encode(self._kept).decode("ascii")
        return facts
