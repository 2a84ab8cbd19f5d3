"""`--log FILE`: what was done and where it broke, a JSON object a line, for monitoring and for finding out why."""

import json
import os
import platform
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from strongroom import __version__
from strongroom.errors import UsageError

_NOT_LOGGED: Final = {"kind", "error"}
_CREDENTIALS: Final = re.compile(r"//[^/@\s]*@")


class LogFile:
    """A log that is opened and closed for each event, so that a killed process leaves what it wrote.

    Every line has ``at`` (UTC), ``level`` (info or error), ``event``, ``command`` and ``pid``; several processes may
    write to one file, since a line is appended in one call. Rotating is a matter of renaming the file.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime]) -> None:
        """Say where to; the first event shows whether it can be written."""
        self.path = path
        self._clock = clock
        self.command = ""

    def begin(self, argv: Sequence[str]) -> None:
        """Write what runs, on what, and with which arguments."""
        system = {"version": __version__, "python": platform.python_version(), "platform": sys.platform}
        self.event("begin", {**system, "arguments": [_CREDENTIALS.sub("//…@", word) for word in argv]})

    def result(self, document: Mapping[str, object]) -> None:
        """Write how a command ended: its JSON document, in which a list is said by its length."""
        self.event("end", dict(_brief(*fact) for fact in document.items() if fact[0] not in _NOT_LOGGED))

    def failure(self, trace: Sequence[str], *, exit_: int, message: str) -> None:
        """Write what ended a command, with the traceback."""
        self.event("failure", {"exit": exit_, "message": message, "traceback": list(trace)}, level="error")

    def event(self, event: str, facts: Mapping[str, object], *, level: str = "info") -> None:
        """Append a line; raises `UsageError` when the file cannot be written."""
        moment = self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {"at": moment, "level": level, "event": event, "command": self.command, "pid": os.getpid(), **facts}
        try:
            with self.path.open("ab", buffering=0) as file:
                file.write(json.dumps(line).encode() + b"\n")
        except OSError as error:
            raise UsageError(f"cannot write the log {self.path}: {error.strerror}; choose another file") from error


def _brief(name: str, value: object) -> tuple[str, object]:
    return (f"{name}_count", len(value)) if isinstance(value, list) else (name, value)
