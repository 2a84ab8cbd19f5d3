"""`--log FILE`: what was done and where it broke, appended as plain lines for whoever has to find out."""

import platform
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from strongroom import __version__
from strongroom.cli.readable import readable
from strongroom.errors import UsageError

_CREDENTIALS: Final = re.compile(r"//[^/@\s]*@")


class LogFile:
    """A log that is opened and closed for each entry, so that a killed process leaves what it wrote."""

    def __init__(self, path: Path, *, clock: Callable[[], datetime]) -> None:
        """Say where to; the first entry shows whether it can be written."""
        self._path = path
        self._clock = clock

    def begin(self, argv: Sequence[str]) -> None:
        """Write what runs, on what, and with which arguments."""
        self.write(
            [
                f"strongroom {__version__}, Python {platform.python_version()}, {sys.platform}",
                f"arguments: {_CREDENTIALS.sub('//…@', ' '.join(argv))}",
            ]
        )

    def write(self, lines: Iterable[str]) -> None:
        """Append lines; raises `UsageError` when the file cannot be written."""
        moment = f"{self._clock():%Y-%m-%dT%H:%M:%SZ}"
        try:
            with self._path.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.writelines(f"{moment} {readable(line)}\n" for line in lines)
        except OSError as error:
            raise UsageError(f"cannot write the log {self._path}: {error.strerror}; choose another file") from error
