"""From an exchange to records, an outcome and new URLs: everything about a capture that touches the disk.

What was recorded is durable when `commit` returns: records appended, WARC fsynced, journal committed, in that order.
It is used by one thread at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from strongroom.formats.url import listed_form
from strongroom.formats.warc.exchange import records_of
from strongroom.formats.warc.write import WarcWriter
from strongroom.model.capture import RecordEntry, RecordType
from strongroom.model.exchange import Exchange
from strongroom.model.outcome import Outcome, Reference, Relation
from strongroom.web.journal import Journal
from strongroom.web.reading import Reading, read
from strongroom.web.scope import SEED, Place, ScopeRules
from strongroom.web.seen import Queued, Verdict
from strongroom.web.verdict import may_pass, retry_after_seconds

# So many URLs are remembered beside the journal, which knows all of them: most links of a page are on every page.
_KNOWN_URLS = 100_000
# Reasons that depend on the way to a URL: by another way it may be in scope.
_OUT_OF_SCOPE = ("scope", "not-included", "limit-redirects")
_NOWHERE = Place(is_page=False, hop=1 << 60, redirects=1 << 60)
_KEPT = frozenset({Outcome.CAPTURED, Outcome.DUPLICATE})


@dataclass(frozen=True, slots=True)
class Finished:
    """A URL that was asked for and what came of it, or whose outcome is known without asking; None: it stands."""

    item: Queued
    result: Exchange | Verdict | None

    @property
    def weight_bytes(self) -> int:
        """How much there is to be read and written."""
        exchange = self.result
        return exchange.response.block.length_bytes if isinstance(exchange, Exchange) and exchange.response else 0


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the queue must know of a recorded URL: what to ask for next, and whether to ask for this one again."""

    item: Queued
    found: tuple[Queued, ...] = ()
    ask_again: bool = False
    retry_after_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits that the recorder keeps: attempts for one URL, URLs of the capture, the longest Retry-After."""

    attempts: int
    max_urls: int
    max_retry_after_seconds: float


class _Known(NamedTuple):
    """What is remembered of a URL: a way to it makes a difference only if it is nearer than `place`."""

    id: int
    place: Place


class _Source(NamedTuple):
    """A document that names URLs."""

    id: int
    url: str
    place: Place


@dataclass(slots=True)
class _Seen:
    """What came of the URLs that a response names: those to ask for, and documents that lie nearer than they did."""

    queued: list[Queued] = field(default_factory=list)
    moved: list[_Source] = field(default_factory=list)


class Recorder:
    """Writes what came back, and decides what it means.

    Attributes:
        bytes: of the response blocks of this capture, over all its runs.
        seconds: that this capture took, over all its runs; whoever commits says so before.
        captured: URLs with the outcome captured or duplicate.
    """

    def __init__(
        self, journal: Journal, writer: WarcWriter, scope: ScopeRules, bounds: Bounds, *, new_id: Callable[[], str]
    ) -> None:
        """Go on with a journal; the writer begins a new file."""
        self._journal = journal
        self._writer = writer
        self._scope = scope
        self._bounds = bounds
        self._new_id = new_id
        self._certificates = journal.certificates()
        self._asked = journal.asked()
        self._known: dict[str, _Known] = {}
        self._moved: dict[int, Place] = {}
        self._files = 0
        self._warcinfos = 0
        stored, seconds = journal.fact("bytes"), journal.fact("seconds")
        self.bytes = stored if isinstance(stored, int) else 0
        self.seconds = seconds if isinstance(seconds, float) else 0.0
        self.captured = sum(journal.counts()[one] for one in (Outcome.CAPTURED, Outcome.DUPLICATE))

    def record(self, batch: Sequence[Finished]) -> list[Recorded]:
        """Record a batch; the answers stand in its order. It is durable after `commit`."""
        return [self._one(one) for one in batch]

    def commit(self) -> None:
        """Make all that was recorded durable, and note how far the WARC is good."""
        position = self._writer.sync()
        self._journal.wrote(self._writer.warcinfos[self._warcinfos :])
        self._warcinfos = len(self._writer.warcinfos)
        for file in self._writer.files[self._files :]:
            self._journal.closed(file)
        self._files = len(self._writer.files)
        self._journal.set_fact("position", position)
        self._journal.set_fact("bytes", self.bytes)
        self._journal.set_fact("seconds", self.seconds)
        self._journal.commit()

    def close(self) -> None:
        """Finish the WARC file."""
        self._writer.close()
        self.commit()

    def _one(self, finished: Finished) -> Recorded:
        item, result = finished.item, finished.result
        if result is None:
            return Recorded(item)
        if isinstance(result, Verdict):
            if item.attempts:
                self._journal.settle(item.id)
            else:
                self._journal.conclude(item.id, result, attempts=0)
            return Recorded(item)
        if item.relation is Relation.ROBOTS:
            item = replace(item, id=self._robots_id(item.url))
        place = self._moved.pop(item.id, item.place)
        try:
            return self._exchange(item, place, result, read(result, item.relation, is_page=place.is_page))
        finally:
            if result.response is not None:
                result.response.block.close()

    def _robots_id(self, url: str) -> int:
        """The id of a robots.txt, which is asked for outside the queue."""
        self._journal.see(url, Relation.ROBOTS, Place(is_page=False, hop=0, redirects=0), found_on="")
        known = self._journal.standing(url)
        if known is None:
            raise ValueError(f"{url} was just noted and is not known")
        return known.id

    def _exchange(self, item: Queued, place: Place, exchange: Exchange, reading: Reading) -> Recorded:
        attempts = item.attempts + 1
        response = exchange.response
        outcome, reason = reading.outcome, reading.reason
        original: RecordEntry | None = None
        if response is not None:
            self.bytes += response.block.length_bytes
            if outcome is Outcome.CAPTURED and reason == "ok" and response.payload_length_bytes:
                original = self._journal.same_payload(response.payload_digest)
                if original is not None:
                    outcome, reason = Outcome.DUPLICATE, f"same-payload: {original.target_uri}"
        entries = self._write(exchange, original)
        pause = retry_after_seconds(exchange)
        is_bearable = pause is None or pause <= self._bounds.max_retry_after_seconds
        may_ask = attempts < self._bounds.attempts and is_bearable and item.relation is not Relation.ROBOTS
        ask_again = may_ask and may_pass(exchange)
        verdict = Verdict(
            outcome,
            reason,
            status=response.status if response else None,
            media_type=response.media_type if response else "",
            bytes=response.payload_length_bytes if response else None,
            record_id=_deciding(entries),
            title=reading.title,
            at=exchange.started_at,
        )
        self._journal.conclude(item.id, verdict, attempts=attempts, is_final=not ask_again)
        if ask_again:
            if place != item.place:
                self._moved[item.id] = place
            return Recorded(replace(item, attempts=attempts), (), ask_again=True, retry_after_seconds=pause)
        if outcome in _KEPT and item.relation is not Relation.ROBOTS:
            self.captured += 1
        found = self._follow(_Source(item.id, exchange.url, place), reading.references)
        return Recorded(item, found, retry_after_seconds=pause)

    def _write(self, exchange: Exchange, original: RecordEntry | None) -> tuple[RecordEntry, ...]:
        records = records_of(exchange, new_id=self._new_id, revisit_of=original, known_certificates=self._certificates)
        entries = self._writer.write_all(records)
        self._journal.wrote(entries)
        return entries

    def _follow(self, source: _Source, references: Sequence[Reference]) -> tuple[Queued, ...]:
        """Note every URL that a response names; returns those to ask for."""
        seen = _Seen()
        edges: list[tuple[int, int, str, str]] = []
        for reference in references:
            identifier = self._see(reference, source, seen)
            if identifier != source.id:
                is_icon = reference.relation is Relation.ICON
                relation: Relation = Relation.EMBED if is_icon else reference.relation
                edges.append((source.id, identifier, relation.value, reference.text))
        self._journal.connect(edges)
        while seen.moved:
            moved = seen.moved.pop()
            for url, relation in self._journal.named_by(moved.id):
                self._see(Reference(url, relation, ""), moved, seen)
        return tuple(seen.queued)

    def _see(self, reference: Reference, source: _Source, seen: _Seen) -> int:
        """Note a URL; returns its id."""
        url = listed_form(reference.url)
        place = self._scope.place(reference.relation, source.place)
        known = self._known.get(url)
        if known is not None and self._scope.nearest(known.place, place) == known.place:
            return known.id
        why_not = self._scope.why_not(reference, source.place)
        if known is not None and why_not:
            return known.id
        if len(self._known) >= _KNOWN_URLS:
            self._known.clear()
        known = self._known[url] = self._note(Reference(url, reference.relation, ""), place, why_not, source, seen)
        return known.id

    def _note(self, reference: Reference, place: Place, why_not: str, source: _Source, seen: _Seen) -> _Known:
        """Note a URL that is new, or was come upon in a way that may make a difference."""
        url, relation = reference.url, reference.relation
        new = self._journal.see(url, relation, place, found_on=source.url)
        if new is not None:
            reason = why_not or self._limit()
            if reason:
                self._journal.conclude(new, Verdict(Outcome.REFUSED, reason), attempts=0)
                return _Known(new, _NOWHERE if reason.startswith(_OUT_OF_SCOPE) else SEED)
            self._queue(Queued(new, url, relation, *place, source.url, 0), seen)
            return _Known(new, place)
        standing = self._journal.standing(url)
        if standing is None:
            raise ValueError(f"{url} is neither new nor known")
        identifier = standing.id
        if standing.outcome is Outcome.REFUSED:
            if not standing.reason.startswith(_OUT_OF_SCOPE):
                return _Known(identifier, SEED)
            if why_not or self._limit():
                return _Known(identifier, _NOWHERE)
            self._journal.reopen(identifier, relation, place, found_on=source.url)
            self._queue(Queued(identifier, url, relation, *place, source.url, 0), seen)
            return _Known(identifier, place)
        nearest = standing.place if why_not else self._scope.nearest(standing.place, place)
        if nearest != standing.place:
            self._journal.move(identifier, nearest)
            if standing.outcome is None:
                self._moved[identifier] = nearest
            else:
                seen.moved.append(_Source(identifier, url, nearest))
        return _Known(identifier, nearest)

    def _queue(self, item: Queued, seen: _Seen) -> None:
        self._asked += 1
        seen.queued.append(item)

    def _limit(self) -> str:
        return f"limit-count: {self._bounds.max_urls} URLs" if self._asked >= self._bounds.max_urls else ""


def _deciding(entries: Sequence[RecordEntry]) -> str | None:
    kinds = (RecordType.RESPONSE, RecordType.REVISIT, RecordType.METADATA)
    return next((entry.record_id for kind in kinds for entry in entries if entry.type is kind), None)


def archive_folder(work: Path, package_id: str) -> Path:
    """Where the WARC files of a package lie while it grows, and where they stay."""
    return work / package_id / "data" / package_id / "representations" / "rep1" / "data" / "archive"
