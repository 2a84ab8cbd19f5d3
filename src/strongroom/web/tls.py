"""TLS over bytes: a client session that is fed what arrives and says what to send, and the evidence it leaves.

Own code over `ssl.MemoryBIO` rather than asyncio's, because the evidence matters: the chain is kept even when it was
not accepted, no decrypted byte is lost when the connection ends, and a missing closure alert is noticed.
"""

import contextlib
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from strongroom.errors import UsageError
from strongroom.model.exchange import Tls

_READ_BYTES = 64 * 1024


def client_context(certificate_authorities: Path | None) -> ssl.SSLContext:
    """The rules for all sessions: verified against the system's roots and further ones, HTTP/1.1 only.

    Raises `UsageError` when the file with the further roots cannot be used.
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    if certificate_authorities is not None:
        try:
            context.load_verify_locations(cafile=certificate_authorities)
        except (OSError, ssl.SSLError) as error:
            raise UsageError(
                f"cannot read certificates from {certificate_authorities}: {error}; give a PEM file of trusted roots"
            ) from error
    return context


class TlsSession:
    """The client's side of one TLS connection.

    Attributes:
        is_established: whether the handshake is done.
        is_closed_in_order: whether the peer said that it would send no more (RFC 8446 section 6.1).
    """

    __slots__ = ("_incoming", "_outgoing", "_tls", "is_closed_in_order", "is_established")

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        """Begin; `host` is what the certificate must name."""
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self.is_established = False
        self.is_closed_in_order = False

    def shake_hands(self, data: bytes) -> None:
        """Go on with the handshake after `data` came; raises `ssl.SSLError` when it fails."""
        self._incoming.write(data)
        try:
            self._tls.do_handshake()
            self.is_established = True
        except ssl.SSLWantReadError:
            pass

    def decrypt(self, data: bytes) -> Iterator[bytes]:
        """Yield what `data` holds; raises `ssl.SSLError` when it was tampered with."""
        self._incoming.write(data)
        while True:
            try:
                plain = self._tls.read(_READ_BYTES)
            except ssl.SSLWantReadError:
                return
            if not plain:
                self.is_closed_in_order = True
                return
            yield plain

    def encrypt(self, data: bytes) -> None:
        """Have `data` sent with the next `to_send`."""
        self._tls.write(data)

    def say_goodbye(self) -> None:
        """Have a closure alert sent with the next `to_send`."""
        with contextlib.suppress(ssl.SSLError):  # the peer's own alert is not waited for
            self._tls.unwrap()

    def to_send(self) -> bytes:
        """What must go to the peer now; often nothing."""
        return self._outgoing.read() if self._outgoing.pending else b""

    def evidence(self, refused: ssl.SSLError | None = None) -> Tls:
        """What is known of the session, also of one whose handshake was refused."""
        cipher = self._tls.cipher()
        return Tls(
            protocol=self._tls.version() or "",
            cipher=cipher[0] if cipher else "",
            verified=refused is None,
            verification="ok" if refused is None else sentence(refused),
            sent_chain=_chain(self._tls, "get_unverified_chain"),
            verified_chain=_chain(self._tls, "get_verified_chain") if refused is None else None,
        )


def sentence(error: Exception) -> str:
    """OpenSSL's own words, without its file names and numbers."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(error.verify_message)
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.lower().replace("_", " ")
    return str(error) or type(error).__name__


def _chain(tls: ssl.SSLObject, method: str) -> tuple[bytes, ...] | None:
    """A chain as DER; public on `ssl.SSLObject` since Python 3.13, before that on what it wraps, if at all."""
    get: Callable[[], Any] | None = getattr(tls, method, None) or getattr(getattr(tls, "_sslobj", None), method, None)
    if get is None:
        return None
    try:
        chain = get()
    except (ssl.SSLError, ValueError):
        return None
    if not chain:
        return None
    return tuple(one if isinstance(one, bytes) else _der(one) for one in chain)


def _der(certificate: Any) -> bytes:
    """DER of a certificate object; 2 is the number of the encoding in OpenSSL's wrapper, which has no public name."""
    return bytes(certificate.public_bytes(2))
