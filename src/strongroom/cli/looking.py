"""What the commands that look into the catalogue have in common: opening it, and showing what it holds."""

import argparse
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from strongroom.cli.archive_options import archive_settings
from strongroom.cli.readable import readable
from strongroom.cli.report import say
from strongroom.model.amounts import counted
from strongroom.model.outcome import Outcome

if TYPE_CHECKING:
    from strongroom.cli.outputs.looking import TombstonePart, VersionPart
    from strongroom.repository.catalogue import Catalogue
    from strongroom.repository.catalogue.values import CataloguedObject, CataloguedVersion

_QUIET_SECONDS: Final = 2.0
_SECONDS_BETWEEN_LINES: Final = 5.0


@contextmanager
def catalogue(arguments: argparse.Namespace, *, catch_up: bool = True) -> "Iterator[Catalogue]":
    """The catalogue of the archive that is asked for, brought up to the log; what it did by itself goes to stderr."""
    from strongroom.repository.archive import Archive
    from strongroom.repository.catalogue import Catalogue

    settings = archive_settings(arguments)
    quiet = hasattr(arguments, "quiet")
    archive = Archive.open(arguments.root)
    with Catalogue.open(archive, settings.archive.catalogue, on_entries=_Progress(quiet=quiet)) as opened:
        try:
            if catch_up:
                opened.catch_up()
            yield opened
        finally:
            for remark in opened.remarks:
                say(readable(remark))


class _Progress:
    """A line every few seconds while a catalogue is made; none when that is soon over."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._next = 0.0
        self._said = False

    def __call__(self, done: int, entries: int) -> None:
        now = time.monotonic()
        if self._quiet:
            return
        if not self._next:
            self._next = now + _QUIET_SECONDS
        if now >= self._next or (self._said and done == entries):
            self._next = now + _SECONDS_BETWEEN_LINES
            self._said = True
            say(f"making the catalogue: {done:,} of {counted(entries, 'entry')} of the log")


def day_of(moment: str) -> str:
    """The day of a moment, which is what a list has room for."""
    return moment[:10]


def state_of(found: "CataloguedObject") -> str:
    """Whether an object is kept, withdrawn or purged, and since when."""
    return f"{found.state} since {day_of(found.since)}"


def outcome_words(outcomes: Mapping[Outcome, int]) -> str:
    """``12 captured, 2 failed``; ``none`` where there are no URLs."""
    return ", ".join(f"{number:,} {outcome.value}" for outcome, number in outcomes.items()) or "none"


def tombstone_lines(found: "CataloguedObject") -> Iterator[str]:
    """Why an object is withdrawn, by whom, and what remains of it."""
    stone = found.tombstone
    if stone is None:
        return
    yield f"withdrawn  {readable(stone.reason)}"
    for word, signature in (("asked", stone.requested), ("confirmed", stone.confirmed), ("purged", stone.purged)):
        if signature is not None:
            by = f"{signature.at:%Y-%m-%d} by {readable(signature.officer)}, log entry {signature.entry}"
            yield f"           {word} {by}"
    if stone.purged is None:
        yield f"           may be purged from {stone.purge_at:%Y-%m-%d} on"


def tombstone_part(found: "CataloguedObject") -> "TombstonePart | None":
    """A tombstone for JSON; None where there is none."""
    from strongroom.cli.outputs.looking import SignaturePart, TombstonePart

    stone = found.tombstone
    if stone is None:
        return None
    return TombstonePart(
        reason=stone.reason,
        requested=SignaturePart.of(stone.requested),
        confirmed=SignaturePart.of(stone.confirmed),
        purge_at=stone.purge_at,
        purged=SignaturePart.of(stone.purged) if stone.purged is not None else None,
    )


def version_part(version: "CataloguedVersion") -> "VersionPart":
    """A version for JSON."""
    from strongroom.cli.outputs.looking import VersionPart

    own = {name: getattr(version, name) for name in VersionPart.model_fields if name != "outcomes"}
    counts = {outcome.value: number for outcome, number in version.outcomes.items()}
    return VersionPart.model_validate({**own, "outcomes": counts})
