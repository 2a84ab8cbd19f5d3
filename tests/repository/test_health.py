"""What monitoring is told of an archive: exactly what is wrong with it, and figures."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from edges import TickingClock
from findings import tiny_bag
from strongroom.jobs.database import Database
from strongroom.jobs.job import Job, Kind, State
from strongroom.jobs.ledger import Ledger
from strongroom.jobs.place import Place
from strongroom.model.receipt import Entry
from strongroom.model.rules import health as rules
from strongroom.repository.archive import Archive
from strongroom.repository.health import look_after
from strongroom.repository.log import Log
from strongroom.settings import Settings
from strongroom.workflow import take_in

NOW = TickingClock()


def fresh_id():
    return uuid.uuid4().urn


class Kept:
    """An archive with one bag and one replica."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "archive"
        self.replica = folder / "replica"
        self.settings = Settings.of(
            {"archive": {"replicas": [str(self.replica)]}, "ingest": {"free_bytes": 4096}}, "the test"
        )
        tiny_bag.make(folder / "bag")
        take_in(folder / "bag", self.root, self.settings, clock=NOW, new_id=fresh_id).or_raise()

    def codes(self, **changed: object) -> list[tuple[str, str]]:
        settings = self.settings
        if changed:
            section = {name: value for name, value in changed.items() if name != "replicas"}
            settings = settings.model_copy(update={"ingest": settings.ingest.model_copy(update=section)})
        if "replicas" in changed:
            kept = settings.archive.model_copy(update={"replicas": changed["replicas"]})
            settings = settings.model_copy(update={"archive": kept})
        return [(one.code, one.where) for one in look_after(self.root, settings, now=NOW()).findings]


@pytest.fixture
def place(tmp_path):
    return Kept(tmp_path)


def test_an_archive_that_is_well_has_no_findings_and_figures_of_both_copies(place):
    health = look_after(place.root, place.settings, now=NOW())
    assert health.findings == ()
    entries = {gauge.labels: gauge.value for gauge in health.gauges if gauge.name == "strongroom_log_entries"}
    assert sorted(entries.values()) == [2.0, 2.0]


def test_a_store_that_is_away_is_an_error(place):
    (place.root / "store").rename(place.root / "elsewhere")
    assert place.codes() == [("HEALTH-001", ".")]


def test_a_log_that_was_cut_is_an_error(place):
    (bundle,) = (place.root / "log" / "entries").rglob("*.jsonl")
    bundle.write_bytes(bundle.read_bytes().splitlines(keepends=True)[0])
    assert place.codes() == [("HEALTH-001", ".")]


def test_a_replica_whose_disk_is_away_is_an_error(place):
    shutil.rmtree(place.replica)
    place.replica.mkdir()
    assert place.codes() == [("HEALTH-002", str(place.replica))]


def test_a_replica_that_lags_behind_is_a_warning(place):
    archive = Archive.open(place.root)
    with archive.attempt(new_id=fresh_id) as attempt:
        Log.open(archive).append(attempt, [Entry("note", NOW(), {})])
    assert place.codes() == [("HEALTH-003", str(place.replica))]


def test_little_room_is_a_warning_for_each_copy(place):
    assert place.codes(free_bytes=2**60) == [("HEALTH-004", "archive"), ("HEALTH-004", str(place.replica))]


def test_a_key_that_others_can_read_is_an_error(place):
    (key,) = (place.root / "keys").glob("*.pem")
    key.chmod(0o640)
    assert place.codes() == [("HEALTH-005", f"keys/{key.name}")]


def test_a_signing_key_that_is_gone_is_an_error(place):
    (key,) = (place.root / "keys").glob("*.pem")
    key.unlink()
    assert place.codes() == [("HEALTH-009", f"keys/{key.name}")]


def test_a_quarantine_that_is_gone_is_no_fault(place):
    shutil.rmtree(place.root / "quarantine")
    assert place.codes() == []


def test_a_replica_that_was_given_up_is_overdue_no_more(place):
    look_after(place.root, place.settings, now=NOW())
    shutil.rmtree(place.root / "replicas")
    later = NOW() + timedelta(days=91)
    alone = place.settings.model_copy(update={"archive": place.settings.archive.model_copy(update={"replicas": ()})})
    found = look_after(place.root, alone, now=later).findings
    assert [(one.code, one.where) for one in found] == [("HEALTH-007", "."), ("HEALTH-006", "archive")]


def test_no_replica_is_a_warning(place):
    shutil.rmtree(place.root / "replicas")
    assert place.codes(replicas=()) == [("HEALTH-007", ".")]


def test_a_replica_that_is_not_named_any_more_is_looked_at_all_the_same(place):
    assert place.codes(replicas=()) == []
    shutil.rmtree(place.replica)
    assert place.codes(replicas=()) == [("HEALTH-002", str(place.replica))]


def test_a_refused_bag_is_a_warning(place, tmp_path):
    tiny_bag.make(tmp_path / "broken")
    (tmp_path / "broken" / "data" / "a.txt").write_bytes(b"changed\n")
    take_in(tmp_path / "broken", place.root, place.settings, clock=NOW, new_id=fresh_id)
    assert place.codes() == [("HEALTH-011", "quarantine")]


def run(place, *words):
    config = place.root.parent / "strongroom.toml"
    config.write_text(f'[archive]\nreplicas = ["{place.replica}"]\n[ingest]\nfree_bytes = 4096\n', encoding="utf-8")
    command = [sys.executable, "-m", "strongroom", "health", "--root", str(place.root), "--config", str(config)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(NOW().timestamp()))}
    done = [*command, *words]
    return subprocess.run(done, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_writes_figures_for_prometheus_in_one_step(place, tmp_path):
    metrics = tmp_path / "strongroom.prom"
    done = run(place, "--metrics", str(metrics), "--json")
    assert (done.returncode, json.loads(done.stdout)["healthy"]) == (0, True)
    lines = metrics.read_text(encoding="utf-8").splitlines()
    assert 'strongroom_exit_status{command="health"} 0.0' in lines
    assert 'strongroom_log_entries{copy="archive"} 2.0' in lines
    assert "# TYPE strongroom_free_bytes gauge" in lines
    assert sorted(os.listdir(tmp_path)) == ["archive", "bag", "replica", "strongroom.prom", "strongroom.toml"]


def test_the_command_ends_with_4_when_a_replica_is_away(place):
    shutil.rmtree(place.replica)
    done = run(place)
    assert done.returncode == 4
    assert "HEALTH-002" in done.stdout
    assert "not there; is its disk not mounted?" in done.stdout


def test_the_command_ends_with_2_where_there_is_no_archive(tmp_path):
    command = [sys.executable, "-m", "strongroom", "health", "--root", str(tmp_path / "none")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "there is no archive at" in done.stderr) == (2, True)


def test_what_was_not_read_for_too_long_is_a_warning_for_each_copy(place):
    later = NOW() + timedelta(days=91)
    found = look_after(place.root, place.settings, now=later).findings
    assert [(one.code, one.where) for one in found] == [("HEALTH-006", str(place.replica)), ("HEALTH-006", "archive")]


def test_a_parked_job_is_a_warning_and_counted(place):
    archive = Archive.open(place.root)
    spot = Place.of(archive, "")
    with closing(Database.open(spot.url, spot.path)) as database:
        ledger = Ledger(database, clock=NOW)
        ledger.make(archive.id)
        job = Job("a" * 64, Kind.INGEST, "bag")
        ledger.begin(job, "worker")
        ledger.end(job, "worker", State.PARKED, "three times in vain")
    document = json.loads(run(place, "--json").stdout)
    assert [(one["code"], one["found"]) for one in document["findings"]] == [("HEALTH-010", "1 parked")]
    jobs = [gauge for gauge in document["gauges"] if gauge["name"] == "strongroom_jobs"]
    assert jobs == [{"name": "strongroom_jobs", "value": 1.0, "labels": {"kind": "ingest", "state": "parked"}}]


def test_a_database_of_jobs_that_is_away_is_an_error(place):
    done = run(place, "--jobs", "postgresql://nobody@127.0.0.1:1/none", "--json")
    assert done.returncode == 4
    assert [one["code"] for one in json.loads(done.stdout)["findings"]] == ["HEALTH-012"]


def test_every_rule_of_health_has_a_test_here():
    text = Path(__file__).read_text(encoding="utf-8")
    assert [rule.code for rule in rules.RULES if f'"{rule.code}"' not in text] == []
