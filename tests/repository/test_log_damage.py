"""A log that somebody damaged, rewrote or rolled back: each has its own sentence and its own finding."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from edges import BEGINNING, CountingIdentifiers
from logs import append, ingest_entry, ingest_id, make_archive
from strongroom.errors import StorageError, UsageError
from strongroom.model.receipt import Entry
from strongroom.repository import keys, receipts, statements
from strongroom.repository.archive import Archive
from strongroom.repository.log import Log
from strongroom.repository.log.checking import check_against
from strongroom.repository.log.checkpoint import sign_checkpoint
from strongroom.repository.log.lines import bundle_path, join, line_of

SIZE = 150


@pytest.fixture
def archive(tmp_path: Path, new_id: CountingIdentifiers) -> Archive:
    archive = make_archive(tmp_path / "archive", new_id)
    append(archive, new_id, *[ingest_entry(number) for number in range(1, SIZE)])
    return archive


def replica_of(archive: Archive, folder: Path, new_id: CountingIdentifiers) -> Archive:
    replica = Archive.open_replica(folder, archive, new_id=new_id)
    copy_log(archive, replica, new_id)
    return replica


def copy_log(archive: Archive, replica: Archive, new_id: CountingIdentifiers) -> None:
    with replica.attempt(new_id=new_id) as attempt:
        Log.open(archive).copy_to(replica, attempt)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def swap(archive: Archive, one: int, other: int) -> None:
    path = bundle_path(archive.log, one // 64)
    lines = path.read_bytes().split(b"\n")
    lines[one % 64], lines[other % 64] = lines[other % 64], lines[one % 64]
    path.write_bytes(b"\n".join(lines))


def edit(archive: Archive, bundle: int) -> None:
    path = bundle_path(archive.log, bundle)
    path.write_bytes(path.read_bytes().replace(b'"files":5', b'"files":6', 1))


def cut(archive: Archive, bundle: int) -> None:
    path = bundle_path(archive.log, bundle)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-2]))


def sign_again(archive: Archive, change: Callable[[bytes], bytes]) -> None:
    path = archive.log / "checkpoint"
    path.write_bytes(change(path.read_bytes()))


OPENING = {
    "an entry of the last file is edited": (lambda archive: edit(archive, 2), "the log was edited"),
    "entries of the last file changed places": (
        lambda archive: swap(archive, 130, 140),
        "the log was reordered: entry 140 stands at the place of entry 130",
    ),
    "the last entries are gone": (lambda archive: cut(archive, 2), "the log is truncated: entry 148 is not in"),
    "the last file is gone": (
        lambda archive: bundle_path(archive.log, 2).unlink(),
        "the log is truncated: entry 128 is not in",
    ),
    "the checkpoint has no signature": (
        lambda archive: sign_again(archive, lambda note: note.partition(b"\n\n")[0] + b"\n"),
        "checkpoint is not signed: it has no signature",
    ),
    "the checkpoint has a signature without an end": (
        lambda archive: sign_again(archive, lambda note: note[:-9] + b"\n"),
        "checkpoint is not signed: ",
    ),
    "the size is another": (
        lambda archive: sign_again(archive, lambda note: note.replace(b"\n150\n", b"\n100\n")),
        "the signature on .* is wrong",
    ),
    "the checkpoint is of another archive": (
        lambda archive: sign_again(archive, lambda note: note.replace(b"strongroom/0", b"strongroom/1")),
        "is of another log",
    ),
    "the checkpoint is gone": (
        lambda archive: (archive.log / "checkpoint").unlink(),
        "checkpoint is not there, though something was logged",
    ),
    "the public keys are gone": (
        lambda archive: shutil.rmtree(archive.log / "keys"),
        "is signed by a key that is not in",
    ),
}


@pytest.mark.parametrize(("damage", "sentence"), OPENING.values(), ids=OPENING)
def test_a_damaged_log_is_not_opened_and_says_why(
    archive: Archive, damage: Callable[[Archive], None], sentence: str, new_id: CountingIdentifiers
):
    damage(archive)
    with pytest.raises(StorageError, match=sentence):
        Log.open(archive)
    before = files_of(archive.log)
    with pytest.raises(StorageError, match=sentence):
        append(archive, new_id, ingest_entry(SIZE))
    assert files_of(archive.log) == before


def test_a_log_whose_receipts_are_all_that_is_left_does_not_begin_anew(archive: Archive, new_id: CountingIdentifiers):
    inclusion = Log.open(archive).inclusion(5)
    with archive.attempt(new_id=new_id) as attempt:
        receipts.place(archive, attempt, receipts.receipt_of(inclusion))
    shutil.rmtree(archive.log / "entries")
    (archive.log / "checkpoint").unlink()
    with pytest.raises(StorageError, match="checkpoint is not there, though something was logged"):
        Log.open(archive)


INSIDE = {
    "edited": (lambda archive: edit(archive, 0), [("LOG-001", "log/entries/0000/0000000000.jsonl")]),
    "reordered": (lambda archive: swap(archive, 70, 90), [("LOG-003", "log/entries/0000/0000000064.jsonl#70")]),
    "truncated": (lambda archive: cut(archive, 1), [("LOG-002", "log/entries/0000/0000000064.jsonl")]),
    "gone": (
        lambda archive: bundle_path(archive.log, 0).unlink(),
        [("LOG-002", "log/entries/0000/0000000000.jsonl")],
    ),
}


@pytest.mark.parametrize(("damage", "expected"), INSIDE.values(), ids=INSIDE)
def test_damage_in_the_middle_is_found_by_verify_and_never_read_as_if_it_were_right(
    archive: Archive, damage: Callable[[Archive], None], expected: list[tuple[str, str]]
):
    damage(archive)
    log = Log.open(archive)
    assert [(one.code, one.where) for one in log.verify() if one.code != "LOG-021"] == expected
    with pytest.raises(StorageError, match=r"is not what was logged|is truncated"):
        list(log.entries())


def test_a_sound_log_without_receipts_says_that_alone(archive: Archive):
    assert {one.code for one in Log.open(archive).verify()} == {"LOG-021"}
    assert len(Log.open(archive).verify()) == SIZE - 1


def rewrite(archive: Archive, entries: list[Entry]) -> None:
    """Write a whole log anew with the archive's own key, as somebody would who holds it."""
    checkpoint = Log.open(archive).checkpoint
    [(_, first)] = Log.open(archive).entries(0, 1)
    shutil.rmtree(archive.log / "entries")
    (archive.log / "roots").unlink(missing_ok=True)
    lines = [line_of(index, entry) for index, entry in enumerate([first, *entries])]
    for begin in range(0, len(lines), 64):
        path = bundle_path(archive.log, begin // 64)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(join(lines[begin : begin + 64]))
    from strongroom.repository.log.tree import head_of, leaf_hash

    key = keys.log_key(archive, checkpoint.key_id)
    new = sign_checkpoint(key, len(lines), head_of([leaf_hash(line) for line in lines]), BEGINNING)
    (archive.log / "checkpoint").write_bytes(new.note.encode())


def test_a_log_rewritten_with_the_stolen_key_contradicts_its_replica(
    archive: Archive, tmp_path: Path, new_id: CountingIdentifiers
):
    replica = replica_of(archive, tmp_path / "replica", new_id)
    rewrite(archive, [ingest_entry(number if number != 77 else 999) for number in range(1, SIZE + 9)])
    before = files_of(replica.log)
    with pytest.raises(StorageError, match=r"the log was forked: .* both signed and part ways at entry 77"):
        copy_log(archive, replica, new_id)
    assert files_of(replica.log) == before


def test_a_log_rolled_back_with_its_checkpoint_is_shorter_than_its_replica(
    archive: Archive, tmp_path: Path, new_id: CountingIdentifiers
):
    kept = tmp_path / "kept"
    shutil.copytree(archive.log, kept)
    append(archive, new_id, *[ingest_entry(number) for number in range(SIZE, SIZE + 30)])
    replica = replica_of(archive, tmp_path / "replica", new_id)
    shutil.rmtree(archive.log)
    kept.rename(archive.log)
    assert Log.open(archive).size == SIZE
    before = files_of(replica.log)
    with pytest.raises(StorageError, match=r"the log was rolled back: .* has 150 entries, and .* has 180"):
        copy_log(archive, replica, new_id)
    append(archive, new_id, ingest_entry(5000))
    with pytest.raises(StorageError, match=r"the log was forked: .* part ways at entry 150"):
        copy_log(archive, replica, new_id)
    assert files_of(replica.log) == before


def test_receipts_name_a_log_that_was_rolled_back_or_forked(archive: Archive, new_id: CountingIdentifiers):
    with archive.attempt(new_id=new_id) as attempt:
        for number in (10, SIZE - 1):
            receipts.place(archive, attempt, receipts.receipt_of(Log.open(archive).inclusion(number)))
    paths = sorted(f"log/receipts/{ingest_id(n)[:2]}/{ingest_id(n)}.json" for n in (10, SIZE - 1))
    rewrite(archive, [ingest_entry(number) for number in range(1, 100)])
    found = Log.open(archive).verify()
    assert [(one.code, one.where) for one in found if one.code != "LOG-021"] == [("LOG-006", path) for path in paths]
    rewrite(archive, [ingest_entry(number if number != 20 else 999) for number in range(1, SIZE)])
    found = Log.open(archive).verify()
    assert [(one.code, one.where) for one in found if one.code != "LOG-021"] == [("LOG-005", path) for path in paths]


def test_a_kept_checkpoint_is_held_against_the_log(archive: Archive, tmp_path: Path, new_id: CountingIdentifiers):
    kept = tmp_path / "kept"
    shutil.copy(archive.log / "checkpoint", kept)
    log = append(archive, new_id, ingest_entry(SIZE))
    assert check_against(log, statements.read_statement(log, kept), str(kept)) is None
    rewrite(archive, [ingest_entry(number) for number in range(1, 20)])
    log = Log.open(archive)
    assert check_against(log, statements.read_statement(log, kept), "kept").code == "LOG-006"
    rewrite(archive, [ingest_entry(number + 1) for number in range(1, SIZE)])
    log = Log.open(archive)
    old = statements.read_statement(log, kept)
    assert check_against(log, old, "kept").code == "LOG-005"
    with pytest.raises(ValueError, match="not the one that was signed"):
        statements.render_consistency(log, old)


def test_what_is_no_statement_of_this_log_is_not_held_against_it(
    archive: Archive, tmp_path: Path, new_id: CountingIdentifiers
):
    log = Log.open(archive)
    (tmp_path / "text").write_text("hello\n")
    with pytest.raises(UsageError, match="no receipt and no checkpoint"):
        statements.read_statement(log, tmp_path / "text")
    other = make_archive(tmp_path / "other", new_id)
    with archive.attempt(new_id=new_id):
        inclusion = append(other, new_id, ingest_entry(1)).inclusion(1)
    (tmp_path / "receipt").write_bytes(receipts.render(receipts.receipt_of(inclusion)))
    with pytest.raises(UsageError, match="is of another archive"):
        statements.read_statement(log, tmp_path / "receipt")


def test_a_replica_gets_what_it_lacks_and_no_more(archive: Archive, tmp_path: Path, new_id: CountingIdentifiers):
    replica = replica_of(archive, tmp_path / "replica", new_id)
    before = {path: path.stat().st_ino for path in replica.log.rglob("*") if path.is_file()}
    copy_log(archive, replica, new_id)
    assert {path: path.stat().st_ino for path in replica.log.rglob("*") if path.is_file()} == before
    log = append(archive, new_id, *[ingest_entry(number) for number in range(SIZE, SIZE + 100)])
    with archive.attempt(new_id=new_id) as attempt:
        receipts.place(archive, attempt, receipts.receipt_of(log.inclusion(SIZE + 5)))
    copy_log(archive, replica, new_id)
    assert files_of(replica.log) == files_of(archive.log)
    assert Log.open(replica).checkpoint == Log.open(archive).checkpoint


@pytest.mark.parametrize("damage", [edit, cut, lambda archive, bundle: bundle_path(archive.log, bundle).unlink()])
@pytest.mark.parametrize("bundle", [0, 1, 2])
@pytest.mark.parametrize("damaged", ["archive", "replica"])
def test_a_damaged_copy_of_the_log_is_mended_from_a_sound_one(
    archive: Archive, tmp_path: Path, new_id: CountingIdentifiers, damage, bundle: int, damaged: str
):
    replica = replica_of(archive, tmp_path / "replica", new_id)
    sound, other = (archive, replica) if damaged == "replica" else (replica, archive)
    expected = files_of(sound.log)
    damage(other, bundle)
    with other.attempt(new_id=new_id) as attempt:
        Log.open(sound).mend(other, attempt)
    assert files_of(other.log) == expected


def test_a_longer_log_is_not_mended_from_a_shorter_one(archive: Archive, tmp_path: Path, new_id: CountingIdentifiers):
    replica = replica_of(archive, tmp_path / "replica", new_id)
    append(archive, new_id, ingest_entry(SIZE))
    edit(archive, 0)
    with archive.attempt(new_id=new_id) as attempt, pytest.raises(StorageError, match="a person has to look"):
        Log.open(replica).mend(archive, attempt)


def test_a_log_opened_before_others_appended_and_copied_is_no_rolled_back_one(
    archive: Archive, tmp_path: Path, new_id: CountingIdentifiers
):
    early = Log.open(archive)
    append(archive, new_id, ingest_entry(SIZE))
    replica = replica_of(archive, tmp_path / "replica", new_id)
    with replica.attempt(new_id=new_id) as attempt:
        early.copy_to(replica, attempt)
    assert Log.open(replica).size == SIZE + 1


def test_a_kill_while_the_log_is_copied_leaves_a_replica_that_catches_up(
    archive: Archive, tmp_path: Path, new_id: CountingIdentifiers
):
    import os
    import signal

    from strongroom.storage import listening

    points: list[str] = []
    whole = Archive.open_replica(tmp_path / "whole", archive, new_id=new_id)
    with listening(points.append):
        copy_log(archive, whole, new_id)
    for number in range(len(points)):
        replica = Archive.open_replica(tmp_path / f"replica-{number}", archive, new_id=new_id)
        child = os.fork()
        if child == 0:
            count: list[str] = []

            def die(point: str, number: int = number, count: list[str] = count) -> None:
                count.append(point)
                if len(count) > number:
                    os.kill(os.getpid(), signal.SIGKILL)

            with listening(die):
                copy_log(archive, replica, new_id)
            os._exit(0)
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        new_id()
        assert Log.open(replica).size in {0, SIZE}
        copy_log(archive, replica, new_id)
        assert files_of(replica.log) == files_of(archive.log)


def test_a_log_of_one_archive_is_not_copied_over_that_of_another(
    archive: Archive, tmp_path: Path, new_id: CountingIdentifiers
):
    replica = replica_of(archive, tmp_path / "replica", new_id)
    twin = Archive(tmp_path / "twin", archive.id)
    twin.log.mkdir(parents=True)
    append(twin, new_id, ingest_entry(1))
    with pytest.raises(StorageError, match=r"is signed by a key that is not in|the log was"):
        copy_log(twin, replica, new_id)
