"""The whole catalogue as JSON lines in one order: two catalogues say the same exactly when their dumps are equal."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa

from strongroom.repository.catalogue.tables import DETAIL, HOST, LINK, OBJECT, OUTCOMES, SCHEMA, SEARCH, STATE, VERSION

_ROWS: Final = 2_000


def dump(connection: sa.Connection) -> Iterator[bytes]:
    """Yield lines of canonical JSON, in ASCII, LF-terminated, each with its `table`.

    First what the catalogue is of, then objects by identifier, versions by object and number, URLs and hosts in the
    order of bytes; memory does not grow with their number. The numbers of tables are not among it.
    """
    state = connection.execute(sa.select(STATE)).mappings().one()
    yield _line("state", {"schema": SCHEMA, **{name: state[name] for name in ("archive", "entries", "head")}})
    objects = sa.select(OBJECT.c.id, OBJECT.c.state, OBJECT.c.since).order_by(OBJECT.c.id)
    for row in _rows(connection, objects):
        yield _line("object", row)
    for row in _rows(connection, _versions()):
        document = row.pop("document")
        yield _line("version", {**row, "detail": json.loads(document) if document else None})
    for table, others in ((LINK, ()), (HOST, (HOST.c.urls,))):
        first = next(iter(table.c))
        query = (
            sa.select(first, OBJECT.c.id.label("object"), VERSION.c.number, table.c.outcome, *others)
            .join_from(table, VERSION, VERSION.c.key == table.c.version)
            .join(OBJECT, OBJECT.c.key == VERSION.c.object)
            .order_by(first, OBJECT.c.id, VERSION.c.number, table.c.outcome)
        )
        for row in _rows(connection, query):
            yield _line(table.name, {**row, "outcome": OUTCOMES[row["outcome"]].value})


def _versions() -> "sa.Select[Any]":
    columns = [column for column in VERSION.c if column.name not in {"key", "object"}]
    joined = (
        VERSION.join(OBJECT, OBJECT.c.key == VERSION.c.object)
        .outerjoin(SEARCH, SEARCH.c.version == VERSION.c.key)
        .outerjoin(DETAIL, DETAIL.c.version == VERSION.c.key)
    )
    return (
        sa.select(
            OBJECT.c.id.label("object"),
            VERSION.c.key.label("entry"),
            *columns,
            SEARCH.c.title.label("folded_title"),
            SEARCH.c.creator.label("folded_creator"),
            SEARCH.c.text.label("folded_text"),
            DETAIL.c.document,
        )
        .select_from(joined)
        .order_by(OBJECT.c.id, VERSION.c.number)
    )


def _rows(connection: sa.Connection, query: "sa.Select[Any]") -> Iterator[dict[str, Any]]:
    options = {"stream_results": True, "yield_per": _ROWS}
    for row in connection.execute(query, execution_options=options).mappings():
        yield dict(row)


def _line(table: str, facts: Mapping[str, object]) -> bytes:
    text = json.dumps({"table": table, **facts}, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode("ascii") + b"\n"
