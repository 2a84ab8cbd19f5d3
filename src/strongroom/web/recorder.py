"""From an exchange to records, an outcome and new URLs: everything about a capture that touches the disk.

It runs in one thread beside the event loop. What was recorded is durable when `commit` returns: records appended,
WARC fsynced, journal committed, in that order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from strongroom.formats.documents.document import Document, is_document, read_document
from strongroom.formats.http.coding import decode
from strongroom.formats.http.message import payload
from strongroom.formats.url import listed_form
from strongroom.formats.warc.exchange import records_of
from strongroom.formats.warc.write import WarcWriter
from strongroom.model.capture import RecordEntry, RecordType
from strongroom.model.exchange import Exchange, Response
from strongroom.model.outcome import Outcome, Reference, Relation
from strongroom.web.challenge import judge as judge_challenge
from strongroom.web.journal import Journal, Queued, Verdict
from strongroom.web.robots import redirect_target
from strongroom.web.scope import Origin, ScopeRules
from strongroom.web.verdict import judge_failure, judge_response, may_pass, retry_after_seconds

_DOCUMENT_BYTES = 32 * 2**20
_SAMPLE_BYTES = 64 * 2**10


@dataclass(frozen=True, slots=True)
class Finished:
    """A URL that was asked for (`exchange`), or whose outcome is known without asking (`verdict`)."""

    item: Queued
    exchange: Exchange | None = None
    verdict: Verdict | None = None


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
        item, exchange = finished.item, finished.exchange
        if item.relation is Relation.ROBOTS:
            item = replace(item, id=self._robots_id(item.url))
        if exchange is None:
            if finished.verdict is None:
                raise ValueError(f"neither an exchange nor a verdict for {item.url}")
            self._journal.conclude(item.id, finished.verdict, attempts=item.attempts)
            return Recorded(item)
        try:
            return self._exchange(item, exchange)
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

    def _exchange(self, item: Queued, exchange: Exchange) -> Recorded:
        attempts = item.attempts + 1
        response = exchange.response
        document: Document | None = None
        original: RecordEntry | None = None
        challenge: str | None = None
        if response is None:
            outcome, reason = judge_failure(exchange)
        else:
            self.bytes += response.block.length_bytes
            document, sample = self._read(item, exchange, response)
            if item.relation is not Relation.ROBOTS:
                challenge = judge_challenge(exchange, sample)
            has_content = document.has_content if document else response.payload_length_bytes > 0
            outcome, reason = judge_response(
                response, challenge=challenge, is_page=item.is_page, has_content=has_content
            )
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

    def _read(self, item: Queued, exchange: Exchange, response: Response) -> tuple[Document | None, bytes]:
        """The document in a response if it is one, and the beginning of its text."""
        content_type = response.header("content-type") or ""
        wants_document = (
            response.status is not None
            and 200 <= response.status < 300
            and item.relation is not Relation.ROBOTS
            and response.payload_length_bytes > 0
            and is_document(content_type, item.relation)
        )
        if not wants_document and not _is_text(response):
            return None, b""
        decoded = decode(
            payload(response.block.chunks()),
            response.header("content-encoding") or "",
            max_bytes=_DOCUMENT_BYTES if wants_document else _SAMPLE_BYTES,
        )
        document = None
        if wants_document:
            document = read_document(decoded.body, url=exchange.url, content_type=content_type, relation=item.relation)
        return document, decoded.body[:_SAMPLE_BYTES]

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
        decision = self._scope.decide(reference, origin)
        listed = listed_form(reference.url)
        relation, is_page, hop, redirects = reference.relation, decision.is_page, decision.hop, decision.redirects
        identifier = self._journal.see(
            listed, relation, is_page=is_page, hop=hop, redirects=redirects, found_on=origin.url
        )
        known = self._journal.url_id(listed) if identifier is None else None
        if identifier is None:
            if known is None:
                raise ValueError(f"{listed} is neither new nor known")
            identifier = known[0]
            if not (decision.fetch and known[1] and known[2].startswith(("scope", "not-included"))):
                return identifier, None
        reason = decision.reason
        if not reason and self._asked >= self._bounds.max_urls:
            reason = f"limit-count: {self._bounds.max_urls} URLs"
        if reason:
            if known is None:
                self._journal.conclude(identifier, Verdict(Outcome.REFUSED, reason), attempts=0)
            return identifier, None
        if known is not None:
            self._journal.reopen(
                identifier, relation, is_page=is_page, hop=hop, redirects=redirects, found_on=origin.url
            )
        self._asked += 1
        return identifier, Queued(identifier, listed, relation, is_page, hop, redirects, origin.url, 0)


def _deciding(entries: Sequence[RecordEntry]) -> str | None:
    kinds = (RecordType.RESPONSE, RecordType.REVISIT, RecordType.METADATA)
    return next((entry.record_id for kind in kinds for entry in entries if entry.type is kind), None)


def _is_text(response: Response) -> bool:
    media_type = response.media_type
    return response.payload_length_bytes > 0 and (
        media_type.startswith("text/") or media_type.endswith(("html", "xml"))
    )


def archive_folder(work: Path, package_id: str) -> Path:
    """Where the WARC files of a package lie while it grows, and where they stay."""
    return work / package_id / "data" / package_id / "representations" / "rep1" / "data" / "archive"
