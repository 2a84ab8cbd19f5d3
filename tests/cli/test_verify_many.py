"""`strongroom verify --jobs N`: the same as one after the other, whatever happens to one of the processes."""

import csv
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from findings import tiny_bag
from strongroom.cli import main
from strongroom.errors import StorageError, UsageError
from strongroom.settings import VerifySettings
from strongroom.workflow import judge_all

SETTINGS = VerifySettings()
LARGE_BYTES = 12 << 30


@pytest.fixture
def bags(tmp_path):
    """12: faultless but for the second, the fourth, which is not there, and the sixth, with a name that is no UTF-8."""
    paths = [tmp_path / f"bag{number}" for number in range(12)]
    paths[5] = tmp_path / "caf\udce9"
    for path in paths:
        tiny_bag.make(path)
    tiny_bag.put(paths[1], "data/a.txt", b"changed")
    paths[3] = tmp_path / "missing"
    tiny_bag.put(paths[5], "data/unlisted\udce9\n", b"")
    return paths


def children():
    return children_of(os.getpid())


def children_of(pid):
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"judging" in status.with_name("cmdline").read_bytes():
                found.append(int(status.parent.name))
        except OSError:
            continue
    return found


def told(capsys, *words):
    exit_ = main(["verify", *map(str, words)])
    captured = capsys.readouterr()
    assert captured.err == ""
    return exit_, captured.out


@pytest.mark.parametrize("form", [["--json"], [], ["--quiet"]])
def test_many_at_once_say_what_one_after_the_other_says(bags, form, capsys):
    alone = told(capsys, *form, *bags)
    assert alone[0] == 2
    assert told(capsys, *form, "--jobs", "3", *bags) == alone


def test_one_bag_needs_no_other_process(bags, capsys):
    assert told(capsys, "--jobs", "3", bags[0]) == (0, f"valid: {bags[0]}\n")


def test_what_cannot_be_looked_at_is_an_error_of_its_kind(bags):
    judged = dict(judge_all(bags, SETTINGS, processes=2))
    assert sorted(judged) == list(range(12))
    assert isinstance(judged[3], UsageError)
    assert [one.code for one in judged[1]] == ["BAG-055", "BAG-034"] or {one.where for one in judged[1]} >= {
        "data/a.txt"
    }
    assert all(judged[number] == () for number in (0, 2, 4, *range(6, 12)))


@pytest.mark.parametrize("killed", [1, 2])
def test_a_killed_process_costs_the_bag_that_it_was_at_alone(bags, killed):
    judged, dead = {}, []
    for number, one in judge_all(bags, SETTINGS, processes=2):
        assert number not in judged
        judged[number] = one
        if not dead:
            dead = children()[:killed]
            for pid in dead:
                os.kill(pid, signal.SIGKILL)
    assert sorted(judged) == list(range(12))
    lost = [number for number, one in judged.items() if isinstance(one, StorageError)]
    assert len(lost) == killed
    for number in lost:
        assert str(judged[number]) == (
            f"the process that looked at {bags[number]} was ended from outside or broke; look at it alone, and if it "
            "breaks again report it"
        )


def test_nothing_is_left_running_when_the_caller_stops(bags):
    judged = judge_all(bags, SETTINGS, processes=2)
    next(judged)
    assert len(children()) == 2
    judged.close()
    assert children() == []


def enlarge(bag):
    """Give a bag a file that takes long to read and no room; its size is all hole."""
    large = bag / "data" / "large"
    with large.open("wb") as file:
        file.truncate(LARGE_BYTES)
    manifest = bag / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text() + f"{'0' * 64}  data/large\n")
    tiny_bag.seal(bag)
    return large


def opened(group, path):
    """Whether a process of a group has a file open."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            files = (folder / "fd").iterdir() if os.getpgid(int(folder.name)) == group else ()
            if any(os.readlink(one) == str(path) for one in files):
                return True
        except OSError:
            continue
    return False


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("to_all", [False, True])
def test_an_interruption_leaves_what_was_found_so_far(bags, tmp_path, jobs, to_all):
    large = enlarge(bags[6])
    report = tmp_path / "report.csv"
    words = [sys.executable, "-m", "strongroom", "verify", "--json", "--jobs", str(jobs), "--csv", str(report), *bags]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as process:
        for _ in range(2000):
            if opened(process.pid, large):
                break
            assert process.poll() is None
            time.sleep(0.02)
        (os.killpg if to_all else os.kill)(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    document = json.loads(out)
    assert (document["exit"], document["valid"], document["error"]["kind"]) == (130, False, "interrupted")
    results = document["results"]
    assert len(results) == 12
    unreached = [number for number, one in enumerate(results) if one["exit"] == 130]
    assert 6 in unreached
    if jobs == 1:
        assert unreached == list(range(6, 12))
    assert len(set(range(6)) & set(unreached)) < jobs  # the other process may be at one of those given out before
    exits = dict(enumerate((0, 4, 0, 2, 0, 4)))
    assert all(results[number]["exit"] == exits[number] for number in set(exits) - set(unreached))
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    reported = [row["path"] for row in rows if row["found"].startswith("interrupted before it was looked at")]
    assert reported == [results[number]["path"].replace("\\udce9", "\\xe9") for number in unreached]


def test_an_interruption_is_one_line_for_people(tmp_path, bags):
    large = enlarge(bags[6])
    words = [sys.executable, "-m", "strongroom", "verify", *bags]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as process:
        for _ in range(2000):
            if opened(process.pid, large):
                break
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    lines = out.decode().splitlines()
    assert process.returncode == 130
    assert "not looked at: 6 bags, since it was interrupted" in lines
    assert lines[-1] == "12 looked for: 3 valid, 2 refused, 7 not looked at"


def test_a_report_that_cannot_be_written_loses_nothing_of_what_was_found(bags, tmp_path, capsys):
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / ".report.csv.partial").mkdir()
    exit_ = main(["verify", "--csv", str(folder / "report.csv"), str(bags[0]), str(bags[1])])
    captured = capsys.readouterr()
    assert exit_ == 6
    assert captured.err == f"strongroom: cannot write {folder}/report.csv: it is a folder, not a file; check the path\n"
    assert captured.out.splitlines()[-1] == "2 looked for: 1 valid, 1 refused, 0 not looked at"
    assert main(["verify", "--json", "--csv", str(folder / "report.csv"), str(bags[0])]) == 6
    document = json.loads(capsys.readouterr().out)
    assert (document["valid"], document["error"]["kind"]) == (True, "storage")


def shown_on_a_terminal(*words):
    """What a command writes to a terminal on stderr, while stdout is a pipe."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "strongroom", "verify", *words]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=environment) as process:
        os.close(theirs)
        pieces = []
        with suppress(OSError):  # the end of a terminal is an error
            while piece := os.read(ours, 1 << 16):
                pieces.append(piece)
        out = process.communicate(timeout=60)[0]
    os.close(ours)
    return process.returncode, out, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", b"".join(pieces).decode())


def test_a_terminal_shows_how_many_are_done(bags):
    exit_, out, shown = shown_on_a_terminal("--json", "--jobs", "2", *bags)
    assert exit_ == 2
    assert len(json.loads(out)["results"]) == 12
    assert "verifying  0:0" in shown
    assert re.search(r"\d+ done +\d+ to go", shown)


def test_one_bag_and_quiet_show_nothing_on_a_terminal(bags):
    assert shown_on_a_terminal("--json", bags[0])[2] == ""
    assert shown_on_a_terminal("--quiet", *bags)[2] == ""


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_process_leaves_the_processors_to_others(bags, jobs):
    large = enlarge(bags[0])
    words = [sys.executable, "-m", "strongroom", "verify", "--nice", "7", "--jobs", str(jobs), *bags[:2]]
    with subprocess.Popen(words, stdout=subprocess.PIPE, start_new_session=True) as process:
        for _ in range(2000):
            if opened(process.pid, large):
                break
            assert process.poll() is None
            time.sleep(0.02)
        nice = [os.getpriority(os.PRIO_PROCESS, one) for one in (process.pid, *children_of(process.pid))]
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert nice == [min(19, os.getpriority(os.PRIO_PROCESS, 0) + 7)] * (1 if jobs == 1 else 3)


@pytest.mark.parametrize("value", ["20", "-1", "much"])
def test_niceness_is_from_0_to_19(bags, value, capsys):
    assert main(["verify", f"--nice={value}", str(bags[0])]) == 2
    assert "--nice" in capsys.readouterr().err
