"""Which object somebody means, who gives its identifier, the beginning of it, or that of a bag that became one."""

from typing import Final

import sqlalchemy as sa

from strongroom.errors import UsageError
from strongroom.formats.bag.paths import shown
from strongroom.repository.catalogue.addresses import end_of
from strongroom.repository.catalogue.folding import kept
from strongroom.repository.catalogue.tables import OBJECT, VERSION, digest_of

_MAX_CHARACTERS: Final = 1_000
_NAMED: Final = 3


def object_key(connection: sa.Connection, asked: str) -> int:
    """The number of the object that somebody means.

    Args:
        connection: in a transaction.
        asked: an identifier of an object, the name of a package, or an ingest identifier, whole; or the beginning of
            one of them, with or without ``urn:uuid:`` or ``uuid-``, where that leads to one object.

    Raises:
        UsageError: it leads to none, or to several.
    """
    text = kept(asked, _MAX_CHARACTERS)
    of_version = sa.select(VERSION.c.object)
    whole = (
        sa.select(OBJECT.c.key).where(OBJECT.c.digest == digest_of(text)),
        of_version.where(VERSION.c.package == text),
        of_version.where(VERSION.c.ingest == text),
    )
    begins = (
        sa.select(OBJECT.c.key).where(_begins(OBJECT.c.id, text, f"urn:uuid:{text}")),
        of_version.where(_begins(VERSION.c.package, text, f"uuid-{text}")),
        of_version.where(_begins(VERSION.c.ingest, text)),
    )
    for question in (*whole, sa.union(*begins)) if text else ():
        keys = list(connection.execute(question.distinct() if isinstance(question, sa.Select) else question).scalars())
        if len(keys) == 1:
            return int(keys[0])
        if keys:
            named = sa.select(OBJECT.c.id).where(OBJECT.c.key.in_(keys[:1000])).order_by(OBJECT.c.id).limit(_NAMED)
            ids = [shown(one) for one in connection.execute(named).scalars()]
            rest = f" and {len(keys) - len(ids)} more" if len(keys) > len(ids) else ""
            raise UsageError(f"'{shown(asked)}' may be {len(keys)} objects, {', '.join(ids)}{rest}; give more of it")
    raise UsageError(
        f"the catalogue knows no object or bag '{shown(asked[:200])}'; `strongroom find` lists what it knows"
    )


def _begins(column: "sa.Column[str]", *prefixes: str) -> sa.ColumnElement[bool]:
    ranges = []
    for prefix in prefixes:
        end = end_of(prefix)
        ranges.append((column >= prefix) & (column < end) if end else column >= prefix)
    return sa.or_(*ranges)
