"""Keys: made on first use, for their owner alone, followed by others, lost, and those of officers."""

import base64
import os
import subprocess
from pathlib import Path

import pytest

from edges import CountingIdentifiers, TickingClock
from logs import append, ingest_entry, make_archive
from strongroom.errors import StorageError, UsageError
from strongroom.repository import keys, receipts
from strongroom.repository.archive import Archive
from strongroom.repository.log import Log, notes
from strongroom.repository.log.checkpoint import parse_succession
from strongroom.repository.officers import officer_key, officers, register, revoke
from strongroom.repository.statements import keys_of


@pytest.fixture
def archive(tmp_path: Path, new_id: CountingIdentifiers) -> Archive:
    archive = make_archive(tmp_path / "archive", new_id)
    append(archive, new_id, ingest_entry(1))
    return archive


def faults(archive: Archive) -> list[tuple[str, str]]:
    """What `verify` says besides that no ingest of these tests has a receipt and that their clock jumps."""
    found = Log.open(archive).verify()
    return [(one.code, one.where.rpartition("#")[2]) for one in found if one.code not in {"LOG-021", "LOG-030"}]


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def key_id(archive: Archive) -> str:
    return Log.open(archive).checkpoint.key_id


def rotate(archive: Archive, new_id: CountingIdentifiers, clock: TickingClock, *, lost: bool = False) -> str:
    with archive.attempt(new_id=new_id) as attempt:
        return Log.open(archive).rotate(attempt, clock(), lost=lost)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277])
def test_the_key_is_made_on_first_use_for_its_owner_alone(tmp_path: Path, new_id: CountingIdentifiers, umask: int):
    archive = make_archive(tmp_path / "archive", new_id)
    with archive.attempt(new_id=new_id) as attempt:
        before = os.umask(umask)
        try:
            key = keys.first_log_key(archive, attempt)
        finally:
            os.umask(before)
    assert [(path.name, mode(path)) for path in archive.keys.iterdir()] == [(f"log-{key.public.id}.pem", 0o600)]
    assert mode(archive.keys) == 0o700


def test_a_key_made_by_an_attempt_that_was_killed_before_it_logged_is_used(tmp_path: Path, new_id: CountingIdentifiers):
    archive = make_archive(tmp_path / "archive", new_id)
    with archive.attempt(new_id=new_id) as attempt:
        key = keys.first_log_key(archive, attempt)
    assert append(archive, new_id, ingest_entry(1)).checkpoint.key_id == key.public.id
    assert len(list(archive.keys.iterdir())) == 1


def test_openssl_reads_both_halves_and_finds_the_signature_right(archive: Archive, tmp_path: Path):
    text, _, signature = (archive.log / "checkpoint").read_bytes().rpartition(b"\n\n")
    (tmp_path / "text").write_bytes(text + b"\n")
    (tmp_path / "signature").write_bytes(base64.b64decode(signature.split(b" ")[2])[4:])
    public = archive.log / "keys" / f"log-{key_id(archive)}.pem"
    private = archive.keys / f"log-{key_id(archive)}.pem"
    derived = subprocess.run(["openssl", "pkey", "-in", private, "-pubout"], check=True, capture_output=True).stdout
    assert derived == public.read_bytes()
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", public, "-rawin", "-in", tmp_path / "text"]
    command += ["-sigfile", tmp_path / "signature"]
    verified = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (verified.returncode, verified.stdout) == (0, "Signature Verified Successfully\n")


@pytest.mark.parametrize("readable_by", [0o640, 0o604, 0o660, 0o602])
def test_a_key_that_others_may_use_signs_nothing(archive: Archive, new_id: CountingIdentifiers, readable_by: int):
    path = archive.keys / f"log-{key_id(archive)}.pem"
    path.chmod(readable_by)
    with pytest.raises(StorageError, match=rf"mode {readable_by:04o}.*chmod 600 .*strongroom key rotate"):
        append(archive, new_id, ingest_entry(2))
    assert Log.open(archive).size == 2


def test_a_folder_of_keys_that_others_may_enter_is_refused(archive: Archive, new_id: CountingIdentifiers):
    archive.keys.chmod(0o750)
    with pytest.raises(StorageError, match="chmod 700"):
        append(archive, new_id, ingest_entry(2))


def test_without_its_key_an_archive_is_read_and_not_written(archive: Archive, new_id: CountingIdentifiers):
    (archive.keys / f"log-{key_id(archive)}.pem").unlink()
    with pytest.raises(StorageError, match=r"is not there; bring it back .*key rotate --lost"):
        append(archive, new_id, ingest_entry(2))
    assert [one.code for one in Log.open(archive).verify()] == ["LOG-021"]


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_damaged_key_is_a_sentence(archive: Archive, new_id: CountingIdentifiers, content: bytes):
    path = archive.keys / f"log-{key_id(archive)}.pem"
    path.write_bytes(content)
    with pytest.raises(StorageError, match="is not a private key in PEM"):
        append(archive, new_id, ingest_entry(2))


def test_another_key_under_the_name_of_the_right_one_signs_nothing(archive: Archive, new_id: CountingIdentifiers):
    path = archive.keys / f"log-{key_id(archive)}.pem"
    path.unlink()
    keys.write_key(path, keys.SigningKey.make("somebody"))
    with pytest.raises(StorageError, match="not the one it is named after"):
        append(archive, new_id, ingest_entry(2))


def test_a_new_key_follows_the_old_one_with_both_signatures(
    archive: Archive, new_id: CountingIdentifiers, clock: TickingClock
):
    old = key_id(archive)
    new = rotate(archive, new_id, clock)
    log = append(archive, new_id, ingest_entry(2))
    assert (log.checkpoint.key_id, new) == (new, new)
    [note] = log.checkpoint.successions
    step = parse_succession(note)
    assert (step.old.id, step.new.id, step.size, step.head, step.lost) == (old, new, 2, log.head(2), False)
    assert [(index, entry.kind) for index, entry in log.entries()][2:] == [(2, "key"), (3, "ingest")]
    third = rotate(archive, new_id, clock)
    assert [key.id for key in keys_of(Log.open(archive).checkpoint)] == [old, new, third]
    assert faults(archive) == []


def test_a_succession_that_the_old_key_did_not_sign_is_none(
    archive: Archive, new_id: CountingIdentifiers, clock: TickingClock
):
    rotate(archive, new_id, clock)
    [note] = Log.open(archive).checkpoint.successions
    lines = note.split("\n")
    for changed in (
        note.replace(lines[8] + "\n", ""),
        note.replace(lines[9] + "\n", ""),
        note.replace("\n2\n", "\n1\n"),
    ):
        with pytest.raises(ValueError):
            parse_succession(changed)
    path = next((archive.log / "keys").glob("*.note"))
    path.write_text(note.replace(lines[8] + "\n", ""))
    with pytest.raises(StorageError, match=r"it is not the signed succession of a key.*bring it back"):
        Log.open(archive)


def test_a_lost_key_is_replaced_and_the_log_says_that_it_was_lost(
    archive: Archive, new_id: CountingIdentifiers, clock: TickingClock
):
    with pytest.raises(UsageError, match="is not lost, it lies in"):
        rotate(archive, new_id, clock, lost=True)
    (archive.keys / f"log-{key_id(archive)}.pem").unlink()
    with pytest.raises(StorageError, match="is not there"):
        rotate(archive, new_id, clock)
    new = rotate(archive, new_id, clock, lost=True)
    log = append(archive, new_id, ingest_entry(2))
    assert log.checkpoint.key_id == new
    assert faults(archive) == [("LOG-011", "2")]


def test_a_replica_has_no_private_key(archive: Archive, tmp_path: Path, new_id: CountingIdentifiers):
    replica = Archive.open_replica(tmp_path / "replica", archive, new_id=new_id)
    with replica.attempt(new_id=new_id) as attempt:
        Log.open(archive).copy_to(replica, attempt)
    private = next(archive.keys.iterdir()).read_bytes()
    assert [path for path in replica.root.rglob("*") if path.is_file() and private in path.read_bytes()] == []


def test_the_key_in_the_log_has_to_be_the_one_that_signs_the_checkpoint(archive: Archive, new_id: CountingIdentifiers):
    key = keys.SigningKey.make(keys.origin_of(archive.id))
    public = archive.log / "keys" / f"log-{key.public.id}.pem"
    public.write_bytes(key.public.pem())
    text = notes.parse((archive.log / "checkpoint").read_text("utf-8")).text
    (archive.log / "checkpoint").write_text(notes.sign(text, [key]), "utf-8")
    assert faults(archive) == [("LOG-010", "log/checkpoint")]
    with pytest.raises(StorageError, match="is not there"):
        append(archive, new_id, ingest_entry(2))


def test_an_officer_gets_a_file_and_the_log_the_public_half(
    archive: Archive, tmp_path: Path, new_id: CountingIdentifiers, clock: TickingClock
):
    path = tmp_path / "alice.pem"
    with archive.attempt(new_id=new_id) as attempt:
        log = Log.open(archive)
        alice = register(log, attempt, "Alice", path, clock=clock)
        with pytest.raises(UsageError, match="is there already and is never overwritten"):
            register(log, attempt, "Bob", path, clock=clock)
        with pytest.raises(UsageError, match=r"Alice has the key .* already; `strongroom key revoke Alice` first"):
            register(log, attempt, "Alice", tmp_path / "again.pem", clock=clock)
        with pytest.raises(UsageError, match="cannot be the name of a key"):
            register(log, attempt, "Al ice", tmp_path / "again.pem", clock=clock)
    assert mode(path) == 0o600
    assert officer_key(log, path).public == alice.key
    assert officers(Log.open(archive)) == (alice,)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["alice.pem", "archive"]


def test_a_revoked_key_counts_no_more_and_the_officer_may_get_another(
    archive: Archive, tmp_path: Path, new_id: CountingIdentifiers, clock: TickingClock
):
    with archive.attempt(new_id=new_id) as attempt:
        log = Log.open(archive)
        register(log, attempt, "Alice", tmp_path / "old.pem", clock=clock)
        revoke(log, attempt, "Alice", clock=clock)
        with pytest.raises(UsageError, match="nobody called Alice has a key"):
            revoke(log, attempt, "Alice", clock=clock)
        register(log, attempt, "Alice", tmp_path / "new.pem", clock=clock)
    with pytest.raises(UsageError, match="of Alice is revoked"):
        officer_key(log, tmp_path / "old.pem")
    assert officer_key(log, tmp_path / "new.pem").public.name == "Alice"
    stranger = tmp_path / "stranger.pem"
    keys.write_key(stranger, keys.SigningKey.make("Alice"))
    with pytest.raises(UsageError, match="is not registered in this archive"):
        officer_key(log, stranger)


def test_a_receipt_of_the_time_before_a_rotation_stays_right(
    archive: Archive, new_id: CountingIdentifiers, clock: TickingClock
):
    receipt = receipts.receipt_of(Log.open(archive).inclusion(1))
    content = receipts.render(receipt)
    rotate(archive, new_id, clock)
    assert receipts.parse(content) == receipt
    later = receipts.receipt_of(Log.open(archive).inclusion(1))
    assert (
        receipts.parse(receipts.render(later)).inclusion.checkpoint.successions
        == later.inclusion.checkpoint.successions
    )
