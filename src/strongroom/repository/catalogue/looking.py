"""One object looked at: its versions, and all that is known of one of them."""

import json
from typing import Any

import sqlalchemy as sa

from strongroom.repository.catalogue.tables import DETAIL, OBJECT, OUTCOMES, STATE, VERSION, urls_column
from strongroom.repository.catalogue.values import CataloguedObject, CataloguedVersion, Detail


def object_of(connection: sa.Connection, key: int) -> CataloguedObject:
    """An object by its number."""
    known = connection.execute(sa.select(OBJECT).where(OBJECT.c.key == key)).one()
    rows = connection.execute(sa.select(VERSION).where(VERSION.c.object == key).order_by(VERSION.c.number))
    return CataloguedObject(known.id, known.state, known.since, tuple(map(_version, rows)))


def detail_of(connection: sa.Connection, version: CataloguedVersion) -> Detail:
    """All that is known of a version."""
    query = sa.select(DETAIL.c.document).where(DETAIL.c.version == version.entry)
    document = connection.execute(query).scalar_one_or_none()
    if document is None:
        return Detail(version)
    facts: dict[str, Any] = json.loads(document)
    return Detail(
        version,
        values=tuple((term, value, language) for term, value, language in facts["values"]),
        info=tuple((label, value) for label, value in facts["info"]),
        hosts=tuple((host, urls) for host, urls in facts["hosts"]),
        hosts_total=facts["hosts_total"],
        faults=tuple(facts["faults"]),
        logged=facts["logged"],
    )


def counts(connection: sa.Connection) -> tuple[int, int]:
    """How many objects there are, and how many entries of the log are projected."""
    objects = connection.execute(sa.select(sa.func.count()).select_from(OBJECT)).scalar_one()
    return objects, connection.execute(sa.select(STATE.c.entries)).scalar_one()


def _version(row: "sa.Row[Any]") -> CataloguedVersion:
    fields = row._mapping  # noqa: SLF001 - the documented name of it
    return CataloguedVersion(
        number=row.number,
        entry=row.key,
        ingest_id=row.ingest,
        package_id=row.package,
        committed=row.committed,
        inventory_sha512=row.inventory,
        files=row.files,
        length_bytes=fields["bytes"],
        kind=row.kind,
        title=row.title,
        creator=row.creator,
        seed=row.seed,
        captured=row.captured,
        issued=row.issued,
        outcomes={outcome: fields[urls_column(outcome)] for outcome in OUTCOMES if fields[urls_column(outcome)]},
    )
