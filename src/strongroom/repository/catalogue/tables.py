"""The tables of the catalogue, the same on SQLite and PostgreSQL.

Everything in them follows from the log and the store. A version is numbered by its entry in the log and an object by
the entry of its first version, so that two catalogues of one archive are alike down to the numbers.
"""

from hashlib import sha256
from typing import Final

import sqlalchemy as sa

from strongroom.model.outcome import Outcome

SCHEMA: Final = 1
"""Of these tables and of what is put into them. A catalogue of another one is made again, never converted."""

OUTCOMES: Final = tuple(Outcome)
"""In the order of their numbers in the table of links."""

KEPT: Final = "kept"
WITHDRAWN: Final = "withdrawn"
PURGED: Final = "purged"

_Number = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
# in the order of bytes, whatever the locale of the database
_Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _number(name: str, *, primary_key: bool = False) -> "sa.Column[int]":
    return sa.Column(name, _Number, nullable=False, primary_key=primary_key, autoincrement=False)


def _text(name: str, *, primary_key: bool = False) -> "sa.Column[str]":
    return sa.Column(name, _Text, nullable=False, primary_key=primary_key)


def urls_column(outcome: Outcome) -> str:
    """The column of a version that counts its URLs of an outcome."""
    return f"urls_{outcome.value}"


def digest_of(object_id: str) -> str:
    """What an object is looked up by."""
    return sha256(object_id.encode()).hexdigest()


METADATA: Final = sa.MetaData()

STATE: Final = sa.Table(
    "state",
    METADATA,
    _number("id", primary_key=True),
    _number("schema"),
    _text("archive"),
    _number("entries"),
    _text("head"),
)
"""One row: whose catalogue this is, how many entries of the log are in it, and the head of the log over them."""

OBJECT: Final = sa.Table(
    "object",
    METADATA,
    _number("key", primary_key=True),
    _text("id"),
    _text("digest"),
    _text("state"),
    _text("since"),
    sa.Index("object_digest", "digest", unique=True),
)
"""`digest` is the SHA-256 of the identifier, which may be too long for an index of PostgreSQL.

`state` is ``kept``, ``withdrawn`` or ``purged``; `since` says when it became so, as the log does.
"""

VERSION: Final = sa.Table(
    "version",
    METADATA,
    _number("key", primary_key=True),
    _number("object"),
    _number("number"),
    _text("ingest"),
    _text("package"),
    _text("committed"),
    _text("inventory"),
    _number("files"),
    _number("bytes"),
    _text("kind"),
    _text("title"),
    _text("creator"),
    _text("seed"),
    _text("captured"),
    _text("issued"),
    _text("issued_first"),
    _text("issued_last"),
    *(_number(urls_column(outcome)) for outcome in OUTCOMES),
    # with the moment of capture, so that a list of all there is needs nothing but this index
    sa.Index("version_of_object", "object", "number", "captured"),
    sa.Index("version_ingest", "ingest"),
    sa.Index("version_package", "package"),
)
"""A version: what the log says of it, and in short what it is about."""

SEARCH: Final = sa.Table(
    "search",
    METADATA,
    _number("version", primary_key=True),
    _text("title"),
    _text("creator"),
    _text("text"),
)
"""Folded, apart from the rest, so that a search for a part of a word reads as little as possible."""

DETAIL: Final = sa.Table("detail", METADATA, _number("version", primary_key=True), _text("document"))
"""What only a person who looks at one version wants to see, as JSON."""

LINK: Final = sa.Table(
    "link",
    METADATA,
    _text("url", primary_key=True),
    _number("version", primary_key=True),
    _number("outcome"),
    sqlite_with_rowid=False,
)
"""Every URL of links.csv, as `addresses.url_key` writes it."""

HOST: Final = sa.Table(
    "host",
    METADATA,
    _text("host", primary_key=True),
    _number("version", primary_key=True),
    _number("outcome", primary_key=True),
    _number("urls"),
    sqlite_with_rowid=False,
)
"""How many URLs of a host, as `addresses.host_key` writes it, had an outcome."""

ARRIVING: Final = sa.Table("arriving", sa.MetaData(), _text("url"), _number("version"), _number("outcome"))
"""Links of a catalogue that is being made, in the order in which they are read; they are sorted once, at the end."""
