"""What is relied on of DBOS beyond its documentation, and what must never happen with it."""

import base64
import inspect
import os
import pickle
import threading
import time
from contextlib import closing
from pathlib import Path

import dbos
import pytest
import sqlalchemy as sa
from dbos import _serialization

import strongroom
from jobs.gang import Gang, job
from jobs.labour import ARCHIVE
from strongroom.errors import StorageError
from strongroom.jobs.database import Database
from strongroom.jobs.engine import Engine, Sender, refuse_pickle
from strongroom.jobs.job import Job, Kind, Patience
from strongroom.jobs.ledger import FORMAT, Ledger
from strongroom.workflow import now

PATIENCE = Patience(poll_seconds=0.02)


class Bomb:
    """Says so when it is unpickled."""

    def __reduce__(self):
        return (exec, ("import strongroom; strongroom.exploded = True",))


@pytest.fixture
def database(crew: Gang):
    with closing(Database.open(crew.url, crew.place.path)) as opened:
        Ledger(opened, clock=now).make(ARCHIVE)
        yield opened


@pytest.fixture
def rows(database: Database):
    """Call it for what the engine wrote of its deliveries."""
    schema = None if database.is_sqlite else "dbos"

    def read(table: str = "workflow_status") -> list[dict]:
        with database.reading() as connection:
            found = sa.Table(table, sa.MetaData(), schema=schema, autoload_with=connection)
            return [dict(row._mapping) for row in connection.execute(sa.select(found))]

    return read


def delivered(database: Database, worker: str, held: threading.Event | None = None) -> tuple[Engine, list[Job]]:
    """An engine under a name, and the jobs that it delivers, which wait for the event."""
    engine, jobs = Engine(database, worker=worker, patience=PATIENCE), []

    def perform(one: Job) -> None:
        jobs.append(one)
        if held is not None:
            held.wait(30)

    engine.start([Kind.INGEST], perform)
    return engine, jobs


def wait(condition, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_private_recovery_does_what_is_relied_on(database: Database, rows) -> None:
    """It keeps the queue, may be called for anybody and twice, and touches nothing of the living."""
    assert list(inspect.signature(dbos.DBOS._recover_pending_workflows).parameters) == ["executor_ids"]
    with closing(Sender(database)) as sender:
        sender.send(job("/one"))
        hold = threading.Event()
        first, jobs = delivered(database, "first", hold)
        wait(lambda: jobs)
        first.stop(grace_seconds=0)
        assert [(row["status"], row["executor_id"], row["queue_name"]) for row in rows()] == [
            ("PENDING", "first", "ingest")
        ]
        second, again = delivered(database, "second")
        assert second.held() == {job("/one").id: "first"}
        second.recover(["nobody"])
        time.sleep(0.2)
        assert again == []
        second.recover(["first"])
        second.recover(["first"])
        wait(lambda: rows()[0]["status"] == "SUCCESS")
        second.recover(["first"])
        time.sleep(0.2)
        assert again == [job("/one")]
        assert (rows()[0]["executor_id"], rows()[0]["queue_name"]) == ("second", "ingest")
        second.stop(grace_seconds=0)
        hold.set()


def test_nothing_is_pickled_and_the_version_is_ours(database: Database, rows) -> None:
    with closing(Sender(database)) as sender:
        sender.send(job("/one"))
        engine, jobs = delivered(database, "first")
        wait(lambda: rows()[0]["status"] == "SUCCESS")
        engine.stop(grace_seconds=0)
    assert jobs == [job("/one")]
    assert [(row["serialization"], row["application_version"]) for row in rows()] == [("portable_json", FORMAT)]
    assert rows("workflow_input")[0]["inputs"].startswith('{"namedArgs":{},"positionalArgs":[{"id":"')


def test_a_database_with_pickled_rows_is_refused(database: Database, rows) -> None:
    with closing(Sender(database)) as sender:
        sender.send(job("/one"))
    prefix = "" if database.is_sqlite else "dbos."
    with database.changing() as connection:
        bomb = base64.b64encode(pickle.dumps({"args": (Bomb(),), "kwargs": {}})).decode()
        connection.execute(sa.text(f"UPDATE {prefix}workflow_status SET serialization = 'py_pickle'"))
        connection.execute(sa.text(f"UPDATE {prefix}workflow_input SET inputs = :bomb"), {"bomb": bomb})
    for attempt in (lambda: refuse_pickle(database), lambda: Sender(database), lambda: delivered(database, "first")):
        with pytest.raises(StorageError, match=r"holds rows written with py_pickle \(workflow_status\)"):
            attempt()


def test_a_row_that_becomes_pickled_while_a_worker_runs_is_not_unpickled(database: Database, rows) -> None:
    engine, jobs = delivered(database, "first")
    prefix = "" if database.is_sqlite else "dbos."
    with closing(Sender(database)) as sender:
        sender.send(job("/one"), delay_seconds=0.5)
        with database.changing() as connection:
            bomb = base64.b64encode(pickle.dumps({"args": (Bomb(),), "kwargs": {}})).decode()
            connection.execute(sa.text(f"UPDATE {prefix}workflow_status SET serialization = 'py_pickle'"))
            connection.execute(sa.text(f"UPDATE {prefix}workflow_input SET inputs = :bomb"), {"bomb": bomb})
    wait(lambda: rows()[0]["status"] in {"ERROR", "SUCCESS"} or rows()[0]["executor_id"] == "first")
    time.sleep(0.3)
    engine.stop(grace_seconds=0)
    assert not hasattr(strongroom, "exploded")
    assert jobs == []


def test_the_engine_still_finds_its_serialisers_where_they_are_replaced() -> None:
    """If a release of DBOS kept them elsewhere, forbidding them would forbid nothing."""
    refused = _serialization.DBOSDefaultSerializer
    assert refused.name() == _serialization.DefaultSerializer().name() == "py_pickle"
    with pytest.raises(TypeError, match="unpickles nothing"):
        _serialization.deserialize_value("gASVAgAAAAAAAABdlC4=", "py_pickle", _serialization.DBOSPortableJSON)
    with pytest.raises(TypeError, match="unpickles nothing"):
        _serialization.deserialize_args("gASVAgAAAAAAAABdlC4=", "py_pickle", _serialization.DBOSPortableJSON)
    with pytest.raises(TypeError, match="unpickles nothing"):
        _serialization.deserialize_exception("gASVAgAAAAAAAABdlC4=", "py_pickle", _serialization.DBOSPortableJSON)
    with pytest.raises(TypeError, match="pickles nothing"):
        _serialization.serialize_value(1, _serialization.WorkflowSerializationFormat.NATIVE, refused)


def test_no_server_listens_and_nothing_is_said(crew: Gang) -> None:
    (worker,) = crew.hire()
    crew.send(job("/ok/1"))
    crew.wait(lambda: crew.open_jobs() == 0)
    inodes = {
        line.split()[9]
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/{worker.pid}/net/{name}").read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    }
    mine = {os.readlink(f"/proc/{worker.pid}/fd/{one}") for one in os.listdir(f"/proc/{worker.pid}/fd")}
    assert not {f"socket:[{inode}]" for inode in inodes} & mine
    assert crew.dismiss() == [0]
    assert (crew.folder / "output").read_text() == ""
