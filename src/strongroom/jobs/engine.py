"""DBOS Transact, which delivers jobs: the only module that knows it.

What is relied on beyond its documentation stands in `recover` and `_forbid_pickle`; tests/jobs/test_engine.py holds
both against the installed version.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import dbos
import sqlalchemy as sa
from dbos import _serialization

from strongroom.errors import StorageError
from strongroom.jobs.database import Database, saying_so
from strongroom.jobs.job import LANED, Job, Kind, Patience, StoppedError
from strongroom.jobs.ledger import FORMAT

_NAME: Final = "strongroom"
_WORKFLOW: Final = "strongroom.job"
_SCHEMA: Final = "dbos"
_ENDLESS: Final = 1_000_000  # deliveries; how often a job may fail is counted in the ledger
_DELIVERED_AT_ONCE: Final = {Kind.INGEST: 2}
"""Of a kind to one worker, who does one after the other; 1 of the kinds that are not here.

A bag takes less time than a delivery, so that the next one is there when its turn comes. More would wait behind a large
bag while other workers have nothing to do.
"""
_PORTABLE: Final = "portable_json"


class Engine:
    """Deliveries to this process: each job that a queue gives it is handed to `perform`, in a thread of its own.

    Of a kind there are at most as many at a time as `_DELIVERED_AT_ONCE` says, and there is one engine in a process.
    """

    def __init__(self, database: Database, *, worker: str, patience: Patience) -> None:
        """Take the database; nothing is delivered before `start`."""
        self._database = database
        self._worker = worker
        self._patience = patience

    def start(self, kinds: Iterable[Kind], perform: Callable[[Job], None]) -> None:
        """Begin to deliver.

        Raises:
            StorageError: the database cannot be used, or holds rows that only pickle reads.
        """
        _silence()
        refuse_pickle(self._database)
        dbos.DBOS.destroy(destroy_registry=True)
        dbos.DBOS(
            config={
                "name": _NAME,
                "system_database_url": self._database.url,
                "system_database_engine": self._database.engine,
                "dbos_system_schema": _SCHEMA,
                "serializer": _serialization.DBOSPortableJSON,
                "application_version": FORMAT,
                "executor_id": self._worker,
                "enable_otlp": False,
                "log_level": "WARNING",
            }
        )

        @dbos.DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=_ENDLESS)
        def _job(job: dict[str, Any]) -> None:
            try:
                perform(_parsed(job))
            except Exception as error:
                # What a job comes to is never an exception, so this is the ledger that could not be reached: without
                # an outcome the delivery stays open, and is made again.
                raise StoppedError from error

        wanted = tuple(kinds)
        dbos.DBOS.listen_queues(wanted)
        with saying_so("use", self._database.engine):
            dbos.DBOS.launch()
            for kind in wanted:
                dbos.DBOS.register_queue(
                    kind,
                    worker_concurrency=_DELIVERED_AT_ONCE.get(kind, 1),
                    partition_concurrency=1 if kind in LANED else None,
                    polling_interval_sec=self._patience.poll_seconds,
                    on_conflict="always_update",
                )

    def hurry(self, kind: Kind, *, work_waits: bool) -> None:
        """Look for work more often while there is some; the pace is that of all workers, who see the same."""
        pace = self._patience.hurry_seconds if work_waits else self._patience.poll_seconds
        with saying_so("use", self._database.engine):
            queue = dbos.DBOS.retrieve_queue(kind)
            if queue is not None and queue.polling_interval_sec != pace:
                queue.set_polling_interval_sec(pace)

    def held(self) -> Mapping[str, str]:
        """The deliveries that have not ended, and the workers to whom they were made."""
        with saying_so("read", self._database.engine):
            pending = dbos.DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {one.workflow_id: one.executor_id for one in pending if one.executor_id}

    def recover(self, workers: Sequence[str]) -> None:
        """Let what was delivered to dead workers be delivered again.

        There is a public way too, but it counts anew how often a job was tried and lets it leave its queue. Calling
        this one twice, or in two processes, is the same as calling it once.
        """
        with saying_so("use", self._database.engine):
            dbos.DBOS._recover_pending_workflows(list(workers))  # noqa: SLF001 - see above, and the contract test

    def stop(self, *, grace_seconds: float) -> None:
        """Deliver nothing more, and wait so long for what is under way; after that it goes on in its thread."""
        dbos.DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=max(1, round(grace_seconds)))


class Sender:
    """Puts jobs into the queues, from any process; `close` it."""

    def __init__(self, database: Database) -> None:
        """Reach the engine's part of the database, made where it is not there."""
        _silence()
        self._database = database
        refuse_pickle(database)
        with saying_so("prepare", database.engine):
            dbos.DBOS.migrate(database.url, schema=_SCHEMA)
            self._client = dbos.DBOSClient(
                system_database_engine=database.engine,
                dbos_system_schema=_SCHEMA,
                serializer=_serialization.DBOSPortableJSON,
                application_name=_NAME,
                retry_connection_errors=False,
            )

    def send(self, job: Job, *, delay_seconds: float = 0.0) -> None:
        """Put a job into the queue of its kind; the same round of the same job is put there once."""
        options: dbos.EnqueueOptions = {
            "workflow_name": _WORKFLOW,
            "queue_name": job.kind,
            "workflow_id": job.delivery,
            "app_version": FORMAT,
        }
        if job.lane:
            options["queue_partition_key"] = job.lane
        if delay_seconds:
            options["delay_seconds"] = delay_seconds
        with saying_so("use", self._database.engine):
            self._client.enqueue(options, _rendered(job))

    def close(self) -> None:
        """Let go of the client; the database stays open."""
        self._client.destroy()


def refuse_pickle(database: Database) -> None:
    """Refuse a database with rows that only pickle reads, since reading such a row runs what somebody wrote into it.

    From here on the engine cannot unpickle in this process either, whatever a row says of itself.
    """
    _forbid_pickle()
    schema = None if database.is_sqlite else _SCHEMA
    with database.reading() as connection:
        inspector = sa.inspect(connection)
        if schema is not None and schema not in inspector.get_schema_names():
            return
        for name in inspector.get_table_names(schema=schema):
            columns = {column["name"] for column in inspector.get_columns(name, schema=schema)}
            if "serialization" not in columns or name.startswith("strongroom_"):
                continue
            table = sa.table(name, sa.column("serialization", sa.Text), schema=schema)
            foreign = sa.select(table.c.serialization).where(table.c.serialization != _PORTABLE).limit(1)
            if found := connection.execute(foreign).scalar():
                raise StorageError(
                    f"the database of jobs holds rows written with {found} ({name}), and reading those could run code; "
                    "strongroom writes none such: find out who did, then delete the database, nothing is lost"
                )


class _Refusing(_serialization.Serializer):
    """Stands where the engine keeps its pickling serializer."""

    def serialize(self, data: object) -> str:  # noqa: ARG002 - the engine calls it so
        raise TypeError("strongroom pickles nothing")

    def deserialize(self, serialized_data: str) -> object:  # noqa: ARG002 - the engine calls it so
        raise TypeError("strongroom unpickles nothing")

    def name(self) -> str:
        return "py_pickle"


def _forbid_pickle() -> None:
    _serialization.DBOSDefaultSerializer = _Refusing()


def _silence() -> None:
    """Let the engine's own log go where the process sends its logs, not to the terminal."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.propagate = False


def _rendered(job: Job) -> dict[str, object]:
    return {
        "id": job.id,
        "kind": job.kind.value,
        "subject": job.subject,
        "mark": job.mark,
        "lane": job.lane,
        "round": job.round,
        "tries": job.tries,
    }


def _parsed(facts: dict[str, Any]) -> Job:
    return Job(
        facts["id"],
        Kind(facts["kind"]),
        facts["subject"],
        facts["mark"],
        facts["lane"],
        int(facts["round"]),
        int(facts["tries"]),
    )
