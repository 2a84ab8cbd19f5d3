"""Receiving one response: every byte is kept first, and understood as far as it can be.

No network here: bytes go in as they arrive, a `Response` comes out. What the server sent is `interim` + `block` +
`surplus`, in this order; only `surplus` and `interim` have bounds, and say so when they are reached.
"""

import hashlib

from strongroom.formats.http.body import Body, OpenBody, Take, View
from strongroom.formats.http.message import Head, HeadSearch, body_of, parse_head
from strongroom.model.digest import Digest
from strongroom.model.exchange import Framing, Response, Truncation
from strongroom.web.spool import SpooledBlock

MAX_SURPLUS_BYTES = 64 * 1024
"""Of what comes after the end of a message, so much is kept."""

MAX_INTERIM_BYTES = 1 << 20
"""More 1xx responses than fit here are no answer."""


class Reception:
    """Gathers one response.

    Attributes:
        has_begun: whether any byte came.
        is_complete: whether the end of the message was found, or the limit reached; nothing more is needed.
        interim: 1xx responses so far, verbatim.
        surplus: bytes after the end of the message, at most `MAX_SURPLUS_BYTES`.
        surplus_cut: whether there were more.
        interim_cut: whether more came than `MAX_INTERIM_BYTES`; reading then ends.
    """

    __slots__ = (
        "_block",
        "_body",
        "_head",
        "_head_length",
        "_method",
        "_notes",
        "_room",
        "_search",
        "_sha256",
        "_take",
        "_truncated",
        "has_begun",
        "interim",
        "interim_cut",
        "is_complete",
        "surplus",
        "surplus_cut",
    )

    def __init__(self, method: str, block: SpooledBlock, max_body_bytes: int) -> None:
        """Begin; `block` gets the response, at most `max_body_bytes` of body."""
        self._method = method
        self._block = block
        self._room = max_body_bytes
        self._search = HeadSearch()
        self._head: Head | None = None
        self._head_length = 0
        self._body: Body | None = None
        self._sha256 = hashlib.sha256()
        self._take: Take = self._sha256.update
        self._notes: tuple[str, ...] = ()
        self._truncated: Truncation | None = None
        self.has_begun = False
        self.is_complete = False
        self.interim = b""
        self.interim_cut = False
        self.surplus = b""
        self.surplus_cut = False

    @property
    def keeps_alive(self) -> bool:
        """Whether another request may follow on the same connection; only when all is well understood."""
        return (
            self.is_complete
            and self._head is not None
            and self._truncated is None
            and not self.surplus
            and self._body is not None
            and self._body.framing is not Framing.CLOSE
            and not self._body.notes
            and self._head.keeps_alive
        )

    def feed(self, data: bytes) -> None:
        """Take the next bytes that came."""
        self.has_begun = True
        while self._body is None and not self.is_complete:
            if not self._search.feed(data):
                return
            data = self._search.rest
            self._open(self._search)
            if not data:
                return
        if self.is_complete or self._body is None:
            self._keep_surplus(data)
        else:
            self._feed_body(self._body, data)

    def end(self, truncation: Truncation | None, note: str = "") -> None:
        """No more bytes will come: the connection ended in order (None), or for the reason given.

        `note` says what was wrong with the end of the connection; it matters where that is the end of the message.
        """
        if self.is_complete:
            return
        self.is_complete = True
        if note:
            self._notes = (*self._notes, note)
        if self._body is None:
            self._end_within_head(self._search.pending, truncation)
        elif truncation is not None:
            self._truncated = truncation
        elif not self._body.end(self._take):
            self._truncated = Truncation.DISCONNECT

    def response(self) -> Response | None:
        """What was received; None when nothing but interim responses came."""
        if self._block.length_bytes == 0:
            return None
        head, body = self._head, self._body
        notes = self._notes + (head.malformed if head else ()) + (tuple(body.notes) if body else ())
        return Response(
            block=self._block,
            head_length_bytes=self._head_length if head else self._block.length_bytes,
            status=head.status if head else None,
            reason=head.reason if head else "",
            version=head.version if head else "",
            headers=head.headers if head else (),
            framing=body.framing if body else Framing.NONE,
            payload_digest=Digest("sha256", self._sha256.hexdigest()),
            payload_length_bytes=body.payload_length_bytes if body and head else 0,
            truncated=self._truncated,
            interim=self.interim,
            surplus=self.surplus,
            surplus_cut=self.surplus_cut,
            malformed=notes,
        )

    def _open(self, search: HeadSearch) -> None:
        """A head ended, or there will be none."""
        if search.head is None:
            self._notes = search.malformed
            self._body = OpenBody([])
            self._take = _ignore
            return
        head = parse_head(search.head)
        if head.is_interim:
            self._keep_interim(search.head)
            self._search = HeadSearch()
            return
        self._head, self._head_length = head, len(search.head)
        self._body = body_of(head, self._method)
        self._block.write(search.head)
        self.is_complete = self._body.is_complete

    def _feed_body(self, body: Body, data: bytes) -> None:
        is_too_long = len(data) > self._room
        piece = data[: self._room] if is_too_long else data
        stop = body.feed(piece, 0, self._take)
        self._room -= stop
        self._block.write(piece if stop == len(piece) else piece[:stop])
        self.is_complete = body.is_complete
        if body.is_complete:
            if stop < len(data):
                self._keep_surplus(data[stop:])
        elif is_too_long:
            self._truncated = Truncation.LENGTH
            self.is_complete = True

    def _end_within_head(self, pending: bytes, truncation: Truncation | None) -> None:
        if not pending:
            return
        head = parse_head(pending)
        if head.is_interim:
            self._keep_interim(pending)
            return
        self._block.write(pending)
        self._truncated = truncation or Truncation.DISCONNECT
        self._notes = (*self._notes, "the head ends before its blank line")
        if head.status is not None:
            self._head, self._head_length = head, len(pending)

    def _keep_interim(self, head: bytes) -> None:
        room = MAX_INTERIM_BYTES - len(self.interim)
        self.interim += head[:room]
        if len(head) > room:
            self.interim_cut = self.is_complete = True

    def _keep_surplus(self, data: bytes) -> None:
        room = MAX_SURPLUS_BYTES - len(self.surplus)
        self.surplus += data[:room]
        self.surplus_cut = self.surplus_cut or len(data) > room


def _ignore(_: View) -> None:
    """Where no head is understood there is no entity either."""
