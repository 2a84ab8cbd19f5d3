"""Ed25519 keys: the log's own, made on first use, and those of the officers who sign withdrawals.

A private key is a PEM file (PKCS #8) that its owner alone may read, in a folder that its owner alone may enter. It is
never part of a copy of the archive. A key file that others may read is refused: it must be taken for stolen.
"""

import base64
import hashlib
import os
import re
import stat
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from strongroom.errors import StorageError, UsageError
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.storage import saying, sync_directory

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_ED25519: Final = b"\x01"
"""The type of the signature in C2SP signed-note."""

_PEM_HEAD: Final = bytes.fromhex("302a300506032b6570032100")
"""SubjectPublicKeyInfo of Ed25519 (RFC 8410 section 4) up to the 32 bytes of the key."""

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_MAX_BYTES: Final = 64 << 10
_NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f]{1,100}")


@dataclass(frozen=True)
class PublicKey:
    """The half of a key that everybody may have.

    Attributes:
        name: of its holder: the log's origin, or an officer.
        raw: 32 bytes (RFC 8032 section 5.1.5).
    """

    name: str
    raw: bytes

    @cached_property
    def id(self) -> str:
        """Sixteen hex digits over name and key; they begin with the key hash of C2SP signed-note."""
        return hashlib.sha256(self.name.encode("utf-8") + b"\n" + _ED25519 + self.raw).hexdigest()[:16]

    @property
    def hint(self) -> bytes:
        """The four bytes that stand before a signature in a note."""
        return bytes.fromhex(self.id[:8])

    @property
    def text(self) -> str:
        """The 32 bytes as base64."""
        return base64.b64encode(self.raw).decode("ascii")

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is right (RFC 8032 section 5.1.7)."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def pem(self) -> bytes:
        """As PEM, which any tool for keys reads (RFC 8410)."""
        body = base64.b64encode(_PEM_HEAD + self.raw)
        return b"-----BEGIN PUBLIC KEY-----\n" + body + b"\n-----END PUBLIC KEY-----\n"

    @classmethod
    def of_pem(cls, name: str, pem: bytes) -> Self:
        """Read what `pem` wrote; raises `ValueError` for anything else."""
        lines = pem.strip().split(b"\n")
        if len(lines) == 3 and lines[0] == b"-----BEGIN PUBLIC KEY-----" and lines[2] == b"-----END PUBLIC KEY-----":
            raw = base64.b64decode(lines[1], validate=True)
            if raw.startswith(_PEM_HEAD) and len(raw) == len(_PEM_HEAD) + 32:
                return cls(name, raw[len(_PEM_HEAD) :])
        raise ValueError("it is not an Ed25519 public key in PEM")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Both halves of a key."""

    public: PublicKey
    private: "Ed25519PrivateKey"

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of a signature."""
        return self.private.sign(message)

    @classmethod
    def make(cls, name: str) -> Self:
        """Make a new key of the system's randomness."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if not _NAME.fullmatch(name):
            raise UsageError(f"{name!r} cannot be the name of a key; choose one without spaces and without a plus sign")
        private = Ed25519PrivateKey.generate()
        return cls(PublicKey(name, private.public_key().public_bytes_raw()), private)

    def pem(self) -> bytes:
        """The private half as PEM (PKCS #8, without a passphrase: nobody is there at night to type it)."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def origin_of(archive_id: str) -> str:
    """The name under which an archive's log and its key are known.

    >>> origin_of("urn:uuid:00000000-0000-4000-8000-000000000001")
    'strongroom/00000000-0000-4000-8000-000000000001'
    """
    return f"strongroom/{archive_id.removeprefix('urn:uuid:')}"


def read_key(path: Path, name: str) -> SigningKey:
    """Read a private key.

    Raises:
        StorageError: it is not there, cannot be read, is no Ed25519 key, or others than its owner may read it.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    with saying("read the key", path), path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        content = file.read(_MAX_BYTES)
    if mode & _OTHERS:
        raise StorageError(
            f"others than its owner may use the private key {path} (mode {stat.S_IMODE(mode):04o}); `chmod 600 "
            f"{path}`, and if somebody may have read it, `strongroom key rotate`"
        )
    try:
        private = load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        raise StorageError(f"{path} is not a private key in PEM without a passphrase; bring it back") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise StorageError(f"{path} is a key of another kind than Ed25519; choose the key that strongroom made")
    return SigningKey(PublicKey(name, private.public_key().public_bytes_raw()), private)


def log_key_path(archive: Archive, key_id: str) -> Path:
    """Where the private key of the log lies."""
    return archive.keys / f"log-{key_id}.pem"


def log_key(archive: Archive, key_id: str) -> SigningKey:
    """The private key that signs the log.

    Raises:
        StorageError: it is not there, is another key, or others than its owner may read it.
    """
    path = log_key_path(archive, key_id)
    _guard_folder(archive.keys)
    if not path.exists():
        raise StorageError(
            f"the private key {path} that signs the log is not there; bring it back from where you keep it safe, or, "
            "if it is lost for good, `strongroom key rotate --lost`"
        )
    key = read_key(path, origin_of(archive.id))
    if key.public.id != key_id:
        raise StorageError(f"{path} holds the key {key.public.id} and not the one it is named after; bring that back")
    return key


def first_log_key(archive: Archive, attempt: Attempt) -> SigningKey:
    """The key of an archive that has no entry yet; made now, or by an attempt that was killed before the first."""
    _guard_folder(archive.keys)
    with saying("look through", archive.keys):
        kept = sorted(archive.keys.glob("log-*.pem"))
    if kept:
        return log_key(archive, kept[0].stem.removeprefix("log-"))
    return new_log_key(archive, attempt)


def new_log_key(archive: Archive, attempt: Attempt) -> SigningKey:
    """Make a key and store it where the log's keys lie; it signs nothing before the log says so."""
    key = SigningKey.make(origin_of(archive.id))
    target = log_key_path(archive, key.public.id)
    staged = attempt.folder / target.name
    write_key(staged, key)
    attempt.move(staged, target)
    return key


def write_key(path: Path, key: SigningKey) -> None:
    """Write a private key to a new file that its owner alone may read; durable when this returns."""
    with saying("write the key", path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)
            file.write(key.pem())
            file.flush()
            os.fsync(descriptor)
        sync_directory(path.parent)


def _guard_folder(folder: Path) -> None:
    with saying("make the folder", folder):
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        mode = folder.stat().st_mode
    if mode & _OTHERS:
        raise StorageError(
            f"others than its owner may enter {folder}, where private keys lie (mode {stat.S_IMODE(mode):04o}); "
            f"`chmod 700 {folder}`, and if somebody may have read a key, `strongroom key rotate`"
        )
