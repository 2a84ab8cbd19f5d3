"""The virus scanner of the settings: what it says of a copy before anything of it is read here."""

import tempfile
from pathlib import Path
from typing import Final

from strongroom.errors import UsageError
from strongroom.model.finding import Finding
from strongroom.model.rules import ingest as rules
from strongroom.repository.commands import Ran, run_command
from strongroom.settings import IngestSettings

_CLEAN: Final = 0
_INFECTED: Final = 1


def scan_for_viruses(copy: Path, settings: IngestSettings) -> tuple[str, tuple[Finding, ...]]:
    """Have a copy scanned; returns what the receipt says of it, empty without a scanner, and the findings.

    Raises:
        UsageError: the scanner cannot be started, or cannot even judge an empty folder; no bag is to blame for that.
    """
    if not settings.scanner:
        return "", ()
    name = Path(settings.scanner[0]).name
    ran = run_command(settings.scanner, copy, seconds=settings.scanner_seconds)
    if ran.status == _CLEAN:
        return f"{name}: clean", ()
    if ran.status == _INFECTED:
        return "", (rules.INFECTED.at(".", expected="status 0", found=f"status 1: {ran.said or 'nothing else said'}"),)
    _check_scanner(settings, ran)
    found = ran.said if ran.status is None else f"status {ran.status}: {ran.said or 'nothing else said'}"
    return "", (rules.SCAN_FAILED.at(".", expected="status 0 or 1", found=found),)


def _check_scanner(settings: IngestSettings, ran: Ran) -> None:
    """Tell a scanner that does not work at all from one that stumbles over this bag."""
    if ran.started:
        with tempfile.TemporaryDirectory() as empty:
            ran = run_command(settings.scanner, Path(empty), seconds=min(60.0, settings.scanner_seconds))
        if ran.status == _CLEAN:
            return
    said = ran.said if ran.status is None else f"status {ran.status} for an empty folder: {ran.said}"
    raise UsageError(
        f"the virus scanner {settings.scanner[0]} does not work ({said}); correct [ingest] scanner, and run the same "
        "command again"
    )
