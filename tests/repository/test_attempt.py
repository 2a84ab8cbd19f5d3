"""Locks and the fence, with real processes that die, are stopped and go on."""

import os
import signal
import subprocess
import time
from pathlib import Path
from uuid import uuid4

import pytest

from permissions import permissions_bind
from presence import forbidden
from repository.children import child, children, until, until_there
from strongroom.errors import StorageError
from strongroom.repository.attempt import Attempt, LeaseLostError, Timing, left_behind, revoke

QUICK = Timing(beat_seconds=0.05, expiry_seconds=0.5, poll_seconds=0.005)


def fresh_id() -> str:
    return f"urn:uuid:{uuid4()}"


def attempt(root: Path, timing: Timing = QUICK) -> Attempt:
    return Attempt(root / "staging", root / "locks", new_id=fresh_id, timing=timing)


def write(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text)
    fresh.rename(path)


def hold(root: Path, name: str = "part") -> None:
    """Hold a lock until somebody puts an end to it."""
    with attempt(root) as own, own.lock(name):
        write(root / "held", own.token)
        until_there(root / "end")


def add_one(root: Path, times: int) -> None:
    """Count up in a way that loses counts when two do it at once."""
    for _ in range(times):
        with attempt(root) as own, own.lock("part"):
            os.close(os.open(root / "inside", os.O_CREAT | os.O_EXCL))
            count = int((root / "count").read_text())
            time.sleep(0)
            (root / "count").write_text(str(count + 1))
            (root / "inside").unlink()


def test_only_one_of_many_processes_holds_a_lock(tmp_path):
    (tmp_path / "count").write_text("0")
    with children(6, lambda _: add_one(tmp_path, 25)) as running:
        assert [one.wait() for one in running] == [0] * 6
    assert (tmp_path / "count").read_text() == "150"
    assert os.listdir(tmp_path / "staging") == []
    assert os.listdir(tmp_path / "locks" / "part") == ["free"]


def test_a_killed_holder_loses_its_lock_at_once(tmp_path):
    slow = Timing(beat_seconds=2, expiry_seconds=3600, poll_seconds=0.005)
    with child(lambda: hold(tmp_path)) as holder:
        until_there(tmp_path / "held")
        holder.kill()
        begun = time.monotonic()
        with attempt(tmp_path, slow) as own, own.lock("part"):
            assert time.monotonic() - begun < 2
            assert os.listdir(tmp_path / "locks" / "part") == [own.token]


def test_a_living_holder_keeps_its_lock_however_long_it_takes(tmp_path):
    with child(lambda: hold(tmp_path)) as holder:
        until_there(tmp_path / "held")
        with attempt(tmp_path) as own:
            with pytest.raises(StorageError) as raised, own.lock("part", patience_seconds=3 * QUICK.expiry_seconds):
                pass
            assert str(raised.value) == (
                "another strongroom works on this part of the archive (part) and did not finish within 1.5 s; run the "
                "same command again later"
            )
            (tmp_path / "end").touch()
            with own.lock("part"):
                assert holder.wait() == 0


def test_a_stopped_holder_loses_its_lock_after_the_expiry(tmp_path):
    with child(lambda: hold(tmp_path)) as holder:
        until_there(tmp_path / "held")
        holder.stop()
        begun = time.monotonic()
        with attempt(tmp_path) as own, own.lock("part"):
            waited = time.monotonic() - begun
        assert QUICK.expiry_seconds <= waited < 10 * QUICK.expiry_seconds
        assert os.listdir(tmp_path / "staging") == [f".revoked-{(tmp_path / 'held').read_text()}"]


def zombie(root: Path) -> None:
    """Hold a lock, be stopped, and try everything afterwards that a holder may do."""
    tried = {}
    with attempt(root) as own:
        for name in ("file", "other"):
            (own.folder / name).write_text(name)
        (own.folder / "folder").mkdir()
        try:
            with own.lock("part"):
                write(root / "held", own.token)
                until_there(root / "woken")
                tried["check"] = outcome(own.check)
                tried["move a file"] = outcome(lambda: own.move(own.folder / "file", root / "target"))
                tried["move another"] = outcome(lambda: own.move(own.folder / "other", root / "taken"))
                tried["move a folder"] = outcome(lambda: own.move(own.folder / "folder", root / "folder"))
                tried["sync"] = outcome(lambda: own.sync(own.folder / "folder"))
                tried["lock again"] = outcome(lambda: own.lock("elsewhere").__enter__())
                tried["write"] = outcome(lambda: guarded_write(own))
        finally:
            write(root / "tried", repr(tried))


def guarded_write(own: Attempt) -> None:
    with own.guarding():
        (own.folder / "late").write_text("late")


def outcome(deed) -> str:
    try:
        deed()
    except BaseException as error:
        return type(error).__name__
    return "done"


def test_nothing_that_a_zombie_does_has_any_effect(tmp_path):
    (tmp_path / "taken").write_text("ours")
    with child(lambda: zombie(tmp_path)) as holder:
        until_there(tmp_path / "held")
        holder.stop()
        with attempt(tmp_path) as own, own.lock("part"):
            holder.go_on()
            (tmp_path / "woken").touch()
            assert holder.wait() == 0
            assert os.listdir(tmp_path / "locks" / "part") == [own.token]
            own.check()
            with attempt(tmp_path) as third:
                assert outcome(lambda: third.lock("part", patience_seconds=0.1).__enter__()) == "StorageError"
    lost = ("check", "move a file", "move another", "move a folder", "lock again", "write")
    tried = eval((tmp_path / "tried").read_text())
    assert tried == {**dict.fromkeys(lost, "LeaseLostError"), "sync": "done"}
    assert (tmp_path / "taken").read_text() == "ours"
    assert not (tmp_path / "target").exists()
    assert not (tmp_path / "folder").exists()


@pytest.mark.parametrize("stopped", [False, True], ids=["killed", "stopped"])
def test_eight_who_take_over_at_once_do_so_one_after_the_other(tmp_path, stopped):
    (tmp_path / "count").write_text("0")
    with child(lambda: hold(tmp_path)) as holder:
        until_there(tmp_path / "held")
        if stopped:
            holder.stop()
        else:
            holder.kill()
        with children(8, lambda _: add_one(tmp_path, 3)) as running:
            assert [one.wait() for one in running] == [0] * 8
        assert (tmp_path / "count").read_text() == "24"
        assert os.listdir(tmp_path / "locks" / "part") == ["free"]
        if stopped:
            (tmp_path / "end").touch()
            holder.go_on()
            assert holder.wait() == 0
            assert os.listdir(tmp_path / "locks" / "part") == ["free"]


def test_who_is_taken_over_while_waiting_does_not_get_the_lock(tmp_path):
    def wait() -> None:
        with attempt(tmp_path) as own:
            write(tmp_path / "waits", own.token)
            write(tmp_path / "outcome", outcome(lambda: own.lock("part").__enter__()))

    with child(lambda: hold(tmp_path)):
        until_there(tmp_path / "held")
        with child(wait) as waiter:
            until_there(tmp_path / "waits")
            revoke(tmp_path / "staging", (tmp_path / "waits").read_text())
            assert waiter.wait() == 0
    assert (tmp_path / "outcome").read_text() == "LeaseLostError"


def test_a_pause_of_the_whole_machine_takes_nobody_over(tmp_path):
    """Who looks again after a long pause has not seen the holder be silent: it was not there itself."""

    def wait() -> None:
        with attempt(tmp_path) as own:
            write(tmp_path / "waits", own.token)
            with own.lock("part"):
                write(tmp_path / "got", own.token)

    with child(lambda: hold(tmp_path)) as holder:
        until_there(tmp_path / "held")
        with child(wait) as waiter:
            until_there(tmp_path / "waits")
            time.sleep(2 * QUICK.beat_seconds)
            waiter.stop()
            holder.stop()
            time.sleep(3 * QUICK.expiry_seconds)
            waiter.go_on()
            holder.go_on()
            time.sleep(QUICK.expiry_seconds / 2)
            assert not (tmp_path / "got").exists()
            assert os.listdir(tmp_path / "locks" / "part") == [(tmp_path / "held").read_text()]
            (tmp_path / "end").touch()
            assert (holder.wait(), waiter.wait()) == (0, 0)


def test_a_child_process_that_lives_on_does_not_keep_the_lock_of_a_run_that_failed(tmp_path):
    slow = Timing(beat_seconds=2, expiry_seconds=3600, poll_seconds=0.005)
    own = attempt(tmp_path, slow)
    own.__enter__()
    inherited = os.fork()
    if inherited == 0:
        signal.pause()
        os._exit(0)
    try:
        own.__exit__(ZeroDivisionError, ZeroDivisionError(), None)
        assert [path.name for path in left_behind(tmp_path / "staging")] == [f".revoked-{own.token}"]
    finally:
        os.kill(inherited, signal.SIGKILL)
        os.waitpid(inherited, 0)


def test_a_lock_that_lost_its_file_with_a_disk_is_made_again(tmp_path):
    (tmp_path / "locks" / "part").mkdir(parents=True)
    with attempt(tmp_path) as own, own.lock("part"):
        assert os.listdir(tmp_path / "locks" / "part") == [own.token]
    assert os.listdir(tmp_path / "locks" / "part") == ["free"]


def test_a_lock_is_not_taken_twice(tmp_path):
    with attempt(tmp_path) as own, own.lock("part"), pytest.raises(RuntimeError, match="it holds part already"):
        own.lock("part").__enter__()


def test_what_ended_well_leaves_nothing_and_what_failed_is_left_behind(tmp_path):
    with attempt(tmp_path) as own:
        (own.folder / "file").touch()
    assert os.listdir(tmp_path / "staging") == []
    failed = attempt(tmp_path)

    def fail() -> None:
        with failed:
            (failed.folder / "file").touch()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    (found,) = left_behind(tmp_path / "staging")
    assert found == tmp_path / "staging" / f".revoked-{failed.token}"
    assert sorted(os.listdir(found)) == ["alive", "file"]
    assert list(left_behind(tmp_path / "staging")) == [found]


def test_left_behind_is_neither_who_lives_nor_who_is_stopped_nor_what_strangers_put_there(tmp_path):
    with child(lambda: hold(tmp_path)) as holder, attempt(tmp_path) as own:
        until_there(tmp_path / "held")
        holder.stop()
        (tmp_path / "staging" / "lost+found").mkdir()
        (tmp_path / "staging" / "note").write_text("what is this folder for?")
        there = sorted(os.listdir(tmp_path / "staging"))
        assert list(left_behind(tmp_path / "staging")) == []
        assert sorted(os.listdir(tmp_path / "staging")) == there
        own.check()


def test_what_was_being_made_or_removed_when_a_kill_came_is_tidied_up(tmp_path):
    token = str(uuid4())
    for name in (f".new-{token}", f".gone-{uuid4()}"):
        (tmp_path / "staging" / name / "below").mkdir(parents=True)
    assert list(left_behind(tmp_path / "staging")) == []
    assert os.listdir(tmp_path / "staging") == []


def test_an_attempt_begins_while_others_tidy_up(tmp_path):
    def tidy() -> None:
        while not (tmp_path / "end").exists():
            for left in left_behind(tmp_path / "staging"):
                write(tmp_path / "wrong", left.name)

    with children(3, lambda _: tidy()) as running:
        for _ in range(150):
            with attempt(tmp_path) as own:
                own.check()
                assert (own.folder / "alive").exists()
        (tmp_path / "end").touch()
        assert [one.wait() for one in running] == [0] * 3
    assert not (tmp_path / "wrong").exists()


def test_a_file_takes_the_place_of_another_and_a_folder_never_does(tmp_path):
    with attempt(tmp_path) as own:
        for number in (1, 2):
            (own.folder / "file").write_text(str(number))
            own.move(own.folder / "file", tmp_path / "target")
            (own.folder / "folder").mkdir(exist_ok=True)
            (own.folder / "folder" / "file").write_text(str(number))
            if number == 1:
                own.move(own.folder / "folder", tmp_path / "v1")
        with pytest.raises(FileExistsError):
            own.move(own.folder / "folder", tmp_path / "v1")
    assert (tmp_path / "target").read_text() == "2"
    assert (tmp_path / "v1" / "file").read_text() == "1"


def test_a_disk_that_refuses_is_told_and_not_taken_for_a_loss_of_the_lease(tmp_path):
    with attempt(tmp_path) as own:
        (own.folder / "file").touch()
        with pytest.raises(StorageError) as raised:
            own.move(own.folder / "file", tmp_path / "none" / "target")
        target = tmp_path / "none" / "target"
        assert str(raised.value) == f"cannot give the final name to {target}: it does not exist; check the path"
        assert not isinstance(raised.value, LeaseLostError)
        (tmp_path / "closed").mkdir(mode=0o555)
        with permissions_bind(), pytest.raises(StorageError, match="access is denied"):
            own.move(own.folder / "file", tmp_path / "closed" / "target")
        own.move(own.folder / "file", tmp_path / "target")


def test_a_folder_that_cannot_be_written_is_told_before_anything_begins(tmp_path):
    (tmp_path / "staging").mkdir(mode=0o555)
    with permissions_bind(), pytest.raises(StorageError, match=r"cannot make an attempt in .*: access is denied"):
        attempt(tmp_path).__enter__()
    assert os.listdir(tmp_path / "staging") == []


def test_a_full_disk_does_not_silence_a_holder(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "none", disk], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        forbidden("mount a small disk")
    try:
        with attempt(disk) as own:
            with (disk / "filler").open("wb", buffering=0) as filler:
                while outcome(lambda: filler.write(bytes(4096))) == "done":
                    pass
            counted = (own.folder / "alive").read_bytes()
            until(lambda: (own.folder / "alive").read_bytes() != counted)
            with own.lock("part"):
                own.check()
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
