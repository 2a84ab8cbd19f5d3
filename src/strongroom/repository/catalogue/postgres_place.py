"""The catalogue as a schema of a PostgreSQL database, which several machines and several archives may share."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.util import find_spec
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from strongroom.errors import StorageError, UsageError
from strongroom.repository.catalogue.database import Database, said
from strongroom.repository.catalogue.tables import ARRIVING, METADATA, STATE

_MISSING: Final = (
    "PostgreSQL needs a part of strongroom that is not installed; `pip install 'strongroom[jobs]'` adds it"
)
_HOW: Final = (
    "the catalogue is named as postgresql://user@host/database; leave it out for SQLite in the archive's folder"
)
_IDLE_MS: Final = 600_000


class PostgresPlace:
    """Where the catalogue of an archive lies in a database server."""

    def __init__(self, url: str, archive_id: str) -> None:
        """Take the URL of a database; nothing is reached before it is needed."""
        self._engine = _engine(url)
        self._name = self._engine.url.render_as_string()
        self._schema = f"catalogue_{archive_id.removeprefix('urn:uuid:').replace('-', '')}"

    def open(self) -> Database | None:
        """The catalogue that counts; None where there is none.

        Raises:
            StorageError: the server cannot be reached, or the database is not in UTF-8.
        """
        with self._saying("reach"), self._engine.begin() as connection:
            encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
            there = sa.inspect(connection).has_table(STATE.name, schema=self._schema)
        if encoding != "UTF8":
            raise StorageError(f"the database {self._name} is in {encoding}; make one with ENCODING 'UTF8' for it")
        return self._database(self._schema) if there else None

    def is_current(self, database: Database) -> bool:  # noqa: ARG002 - the same question on both
        """Whether an opened catalogue is still the one that counts: it is found by its name each time."""
        return True

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        """Be the only process that makes this catalogue; others wait, and see afterwards whether they still need to."""
        key = int.from_bytes(sha256(self._schema.encode("ascii")).digest()[:8], "big", signed=True)
        # the lock is that of a connection, and goes with it, however this process ends
        engine = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        with self._saying("lock"), engine.connect() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({key})")
            try:
                yield
            finally:
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({key})")

    @contextmanager
    def making(self) -> Iterator[Database]:
        """An empty catalogue, which takes the place of the one that counts when the block ends without an error.

        Inside `exclusively` alone. What an earlier making left that was killed is removed.
        """
        fresh = f"{self._schema}_new"
        database = self._database(fresh)
        with database.changing() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {fresh} CASCADE")
            connection.exec_driver_sql(f"CREATE SCHEMA {fresh}")
            METADATA.create_all(connection)
            ARRIVING.create(connection)
        yield database
        with (
            self._saying("write"),
            self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection,
        ):
            for table in METADATA.sorted_tables:
                connection.exec_driver_sql(f"ANALYZE {fresh}.{table.name}")
        with database.changing() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {self._schema} CASCADE")
            connection.exec_driver_sql(f"ALTER SCHEMA {fresh} RENAME TO {self._schema}")

    def _database(self, schema: str) -> Database:
        return Database(self._engine.execution_options(schema_translate_map={None: schema}), self._name)

    @contextmanager
    def _saying(self, doing: str) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise said(error, doing, self._name) from error


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername.partition("+")[0] not in {"postgresql", "postgres"} or not parsed.database:
        raise UsageError(_HOW)
    if find_spec("psycopg") is None:
        raise UsageError(_MISSING)
    return sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        poolclass=sa.pool.NullPool,
        connect_args={
            "application_name": "strongroom",
            "connect_timeout": 10,
            "options": f"-c idle_in_transaction_session_timeout={_IDLE_MS} -c client_encoding=UTF8",
        },
    )
