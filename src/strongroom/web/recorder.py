"""From an exchange to records, an outcome and new URLs: everything about a capture that touches the disk.

What was recorded is durable when `commit` returns: records appended, WARC fsynced, journal committed, in that order.
It is used by one thread at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from strongroom.formats.documents.document import Document
from strongroom.formats.url import listed_form
from strongroom.formats.warc.exchange import records_of
from strongroom.formats.warc.write import WarcWriter
from strongroom.model.capture import RecordEntry, RecordType
from strongroom.model.exchange import Exchange
from strongroom.model.outcome import Outcome, Reference, Relation
from strongroom.web.journal import Journal, Queued, Verdict
from strongroom.web.reading import Reading, read
from strongroom.web.robots import redirect_target
from strongroom.web.scope import Decision, Origin, ScopeRules
from strongroom.web.verdict import may_pass, retry_after_seconds

# So many URLs are remembered beside the journal, which knows all of them: most links of a page are on every page.
_KNOWN_URLS = 100_000
_OUT_OF_SCOPE = ("scope", "not-included")


@dataclass(frozen=True, slots=True)
class Finished:
    """A URL that was asked for and what came of it, or whose outcome is known without asking."""

    item: Queued
    result: Exchange | Verdict

    @property
    def weight_bytes(self) -> int:
        """How much there is to be read and written."""
        exchange = self.result
        if isinstance(exchange, Verdict) or exchange.response is None:
            return 0
        return exchange.response.block.length_bytes


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


@dataclass(frozen=True, slots=True)
class _Known:
    """What is remembered of a URL: whether anything can still change about it; `queued` when it just was."""

    id: int
    is_settled: bool = False
    queued: Queued | None = None


class Recorder:
    """Writes what came back, and decides what it means."""

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
        self._files = 0
        self._warcinfos = 0
        stored = journal.fact("bytes")
        self.bytes = stored if isinstance(stored, int) else 0
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
        self._journal.commit()

    def close(self) -> None:
        """Finish the WARC file."""
        self._writer.close()
        self.commit()

    def _one(self, finished: Finished) -> Recorded:
        item = finished.item
        if isinstance(finished.result, Verdict):
            self._journal.conclude(item.id, finished.result, attempts=item.attempts)
            return Recorded(item)
        if item.relation is Relation.ROBOTS:
            item = replace(item, id=self._robots_id(item.url))
        exchange = finished.result
        try:
            return self._exchange(item, exchange, read(exchange, item.relation, is_page=item.is_page))
        finally:
            if exchange.response is not None:
                exchange.response.block.close()

    def _robots_id(self, url: str) -> int:
        """The id of a robots.txt, which is asked for outside the queue."""
        self._journal.see(url, Relation.ROBOTS, is_page=False, hop=0, redirects=0, found_on="")
        known = self._journal.url_id(url)
        if known is None:
            raise ValueError(f"{url} was just noted and is not known")
        return known[0]

    def _exchange(self, item: Queued, exchange: Exchange, reading: Reading) -> Recorded:
        attempts = item.attempts + 1
        response, document = exchange.response, reading.document
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
        if may_ask and may_pass(exchange):
            self._journal.attempted(item.id, attempts)
            return Recorded(replace(item, attempts=attempts), (), ask_again=True, retry_after_seconds=pause)
        verdict = Verdict(
            outcome,
            reason,
            status=response.status if response else None,
            media_type=response.media_type if response else "",
            bytes=response.payload_length_bytes if response else None,
            record_id=_deciding(entries),
            title=document.title if document else "",
            at=exchange.started_at,
        )
        self._journal.conclude(item.id, verdict, attempts=attempts)
        found: tuple[Queued, ...] = ()
        if outcome in {Outcome.CAPTURED, Outcome.DUPLICATE, Outcome.EMPTY} and item.relation is not Relation.ROBOTS:
            self.captured += outcome is not Outcome.EMPTY
            found = self._follow(item, exchange, document)
        return Recorded(item, found, retry_after_seconds=pause)

    def _write(self, exchange: Exchange, original: RecordEntry | None) -> tuple[RecordEntry, ...]:
        records = records_of(exchange, new_id=self._new_id, revisit_of=original, known_certificates=self._certificates)
        entries = self._writer.write_all(records)
        self._journal.wrote(entries)
        return entries

    def _follow(self, item: Queued, exchange: Exchange, document: Document | None) -> tuple[Queued, ...]:
        """Note every URL that a response names; returns those to ask for."""
        references = list(document.references) if document else []
        target = redirect_target(exchange)
        if target is not None:
            references = [Reference(target, Relation.REDIRECT, "Location")]
        origin = Origin(exchange.url, item.is_page, item.hop, item.redirects)
        queued: list[Queued] = []
        edges: list[tuple[int, int, str, str]] = []
        for reference in references:
            identifier, new = self._see(reference, origin)
            if new is not None:
                queued.append(new)
            if identifier != item.id:
                relation = Relation.EMBED if reference.relation is Relation.ICON else reference.relation
                edges.append((item.id, identifier, relation.value, reference.text))
        self._journal.connect(edges)
        return tuple(queued)

    def _see(self, reference: Reference, origin: Origin) -> tuple[int, Queued | None]:
        """Note a URL; returns its id, and what to queue unless that was done before or is not to be."""
        listed = listed_form(reference.url)
        known = self._known.get(listed)
        if known is not None and known.is_settled:
            return known.id, None
        decision = self._scope.decide(reference, origin)
        if known is None:
            known = self._note(listed, reference.relation, decision, origin)
        elif decision.fetch:
            # Out of scope where it was first seen, and in scope here.
            known = self._reopen(known.id, listed, reference.relation, decision, origin)
        if len(self._known) >= _KNOWN_URLS:
            self._known.clear()
        self._known[listed] = replace(known, queued=None, is_settled=known.is_settled or known.queued is not None)
        return known.id, known.queued

    def _note(self, url: str, relation: Relation, decision: Decision, origin: Origin) -> _Known:
        is_page, hop, redirects = decision.is_page, decision.hop, decision.redirects
        new = self._journal.see(url, relation, is_page=is_page, hop=hop, redirects=redirects, found_on=origin.url)
        if new is None:
            row = self._journal.url_id(url)
            if row is None:
                raise ValueError(f"{url} is neither new nor known")
            identifier, is_done, reason = row
            if not (is_done and reason.startswith(_OUT_OF_SCOPE)):
                return _Known(identifier, is_settled=True)
            return self._reopen(identifier, url, relation, decision, origin) if decision.fetch else _Known(identifier)
        reason = decision.reason or self._limit()
        if reason:
            self._journal.conclude(new, Verdict(Outcome.REFUSED, reason), attempts=0)
            return _Known(new, is_settled=not reason.startswith(_OUT_OF_SCOPE))
        self._asked += 1
        return _Known(new, queued=Queued(new, url, relation, is_page, hop, redirects, origin.url, 0))

    def _reopen(self, row: int, url: str, relation: Relation, decision: Decision, origin: Origin) -> _Known:
        if self._limit():
            return _Known(row)
        is_page, hop, redirects = decision.is_page, decision.hop, decision.redirects
        self._journal.reopen(row, relation, is_page=is_page, hop=hop, redirects=redirects, found_on=origin.url)
        self._asked += 1
        return _Known(row, queued=Queued(row, url, relation, is_page, hop, redirects, origin.url, 0))

    def _limit(self) -> str:
        return f"limit-count: {self._bounds.max_urls} URLs" if self._asked >= self._bounds.max_urls else ""


def _deciding(entries: Sequence[RecordEntry]) -> str | None:
    kinds = (RecordType.RESPONSE, RecordType.REVISIT, RecordType.METADATA)
    return next((entry.record_id for kind in kinds for entry in entries if entry.type is kind), None)


def archive_folder(work: Path, package_id: str) -> Path:
    """Where the WARC files of a package lie while it grows, and where they stay."""
    return work / package_id / "data" / package_id / "representations" / "rep1" / "data" / "archive"
