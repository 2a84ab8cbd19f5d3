"""Receipts, and the script that checks them with the standard library alone."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import bagit
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from edges import CountingIdentifiers, TickingClock
from findings import tiny_bag
from logs import append, ingest_entry, ingest_id, make_archive
from strongroom.errors import StorageError
from strongroom.formats.ocfl.check import check_object
from strongroom.model.receipt import Entry, Receipt
from strongroom.repository import receipts, statements
from strongroom.repository.archive import Archive
from strongroom.repository.checker import check as script
from strongroom.repository.checker import checker_script
from strongroom.repository.checker.curve import is_signed
from strongroom.repository.log import Log
from strongroom.repository.store import commit, ingest_id_of, object_folder
from strongroom.storage import measure

# RFC 8032 section 7.1: public key, message, signature of TEST 1, 2, 3 and SHA(abc).
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        hashlib.sha512(b"abc").hexdigest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]


@pytest.fixture
def archive(tmp_path: Path, new_id: CountingIdentifiers) -> Archive:
    return make_archive(tmp_path / "archive", new_id)


def place(archive: Archive, new_id: CountingIdentifiers, number: int, **facts: object) -> Path:
    """Log an ingest and place its receipt."""
    with archive.attempt(new_id=new_id) as attempt:
        [inclusion] = Log.open(archive).append(attempt, [ingest_entry(number, **facts)])
        return receipts.place(archive, attempt, receipts.receipt_of(inclusion))


def run_script(*arguments: object) -> tuple[int, str]:
    """The script in this process, which saves starting one for every bit."""
    said = StringIO()
    with redirect_stdout(said):
        status = script.main([str(one) for one in arguments])
    return status, said.getvalue()


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_script_verifies_the_vectors_of_rfc_8032(public: str, message: str, signature: str):
    key, text, value = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert is_signed(key, text, value)
    assert not is_signed(key, text + b"\0", value)
    for bit in range(0, 512, 37):
        changed = bytearray(value)
        changed[bit // 8] ^= 1 << bit % 8
        assert not is_signed(key, text, bytes(changed))


def test_the_script_refuses_a_signature_with_the_order_added():
    """RFC 8032 section 5.1.7: S is below the order of the group, or one signature would have two forms."""
    key, text, value = (bytes.fromhex(one) for one in VECTORS[1])
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(value[32:], "little") + order
    assert not is_signed(key, text, value[:32] + scalar.to_bytes(32, "little"))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_the_script_agrees_with_cryptography(secret: bytes, message: bytes, bit: int):
    private = Ed25519PrivateKey.from_private_bytes(secret)
    public, signature = private.public_key().public_bytes_raw(), bytearray(private.sign(message))
    assert is_signed(public, message, bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    assert not is_signed(public, message, bytes(signature))


def test_a_receipt_comes_back_as_it_was_placed(archive: Archive, new_id: CountingIdentifiers):
    path = place(archive, new_id, 7, empty_folders=["a", "\udcff"], warnings=["BAG-010"], replicas=["urn:uuid:x"])
    receipt = receipts.read(archive, ingest_id(7))
    assert path == archive.log / "receipts" / ingest_id(7)[:2] / f"{ingest_id(7)}.json"
    assert receipts.render(receipt) == path.read_bytes()
    assert (receipt.archive, receipt.version, receipt.files, receipt.length_bytes) == (archive.id, 1, 5, 1007)
    assert (receipt.empty_folders, receipt.warnings, receipt.replicas) == (
        ("a", "\udcff"),
        ("BAG-010",),
        ("urn:uuid:x",),
    )
    assert receipts.read(archive, ingest_id(8)) is None


def test_a_receipt_that_says_more_than_its_entry_is_not_written(archive: Archive, new_id: CountingIdentifiers):
    from dataclasses import replace

    receipt: Receipt = receipts.receipt_of(append(archive, new_id, ingest_entry(1)).inclusion(1))
    with pytest.raises(ValueError, match="something else than its entry"):
        receipts.render(replace(receipt, files=6))
    with pytest.raises(ValueError, match="not the entry of an ingest"):
        receipts.receipt_of(Log.open(archive).inclusion(0))


def test_the_receipt_of_another_ingest_under_this_name_is_a_sentence(archive: Archive, new_id: CountingIdentifiers):
    path = place(archive, new_id, 1)
    other = receipts.receipt_path(archive.log, ingest_id(2))
    other.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, other)
    with pytest.raises(StorageError, match="is damaged: it is the receipt of another ingest"):
        receipts.read(archive, ingest_id(2))
    assert "LOG-020" in {one.code for one in Log.open(archive).verify()}


def test_the_script_is_one_file_that_needs_nothing_of_ours(
    archive: Archive, new_id: CountingIdentifiers, tmp_path: Path
):
    path = place(archive, new_id, 1)
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(path, alone / "receipt.json")
    shutil.copy(archive.log / "check-receipt.py", alone)
    assert (archive.log / "check-receipt.py").read_bytes() == checker_script()
    command = [sys.executable, "-I", "-S", "-W", "error", "check-receipt.py"]
    ran = subprocess.run([*command, "receipt.json"], cwd=alone, env={}, check=False, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("right: entry 1 is in the log of 2 entries that was signed\n")
    helped = subprocess.run([*command, "--help"], cwd=alone, env={}, check=False, capture_output=True, text=True)
    assert helped.returncode == 0
    assert "RFC 9162" in helped.stdout
    assert not [
        line for line in checker_script().decode("ascii").split("\n") if "strongroom." in line and "import" in line
    ]
    absent = subprocess.run([*command, "nothing.json"], cwd=alone, env={}, check=False, capture_output=True, text=True)
    assert (absent.returncode, absent.stdout.partition(":")[0]) == (2, "not looked at")


def accepted_bits(content: bytes, path: Path, bits: range) -> list[int]:
    """The bits whose change the script or the library does not notice."""
    accepted = []
    for bit in bits:
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        if run_script(path)[0] != 4:
            accepted.append(bit)
        with pytest.raises((ValueError, RecursionError)):
            receipts.parse(bytes(changed))
    return accepted


@pytest.mark.prove
def test_every_single_bit_of_a_receipt_counts(
    archive: Archive, new_id: CountingIdentifiers, clock: TickingClock, tmp_path: Path, in_full: bool, proof
):
    append(archive, new_id, *[ingest_entry(number) for number in range(100, 170)])
    path = tmp_path / "receipt.json"
    content = place(archive, new_id, 1, empty_folders=["\u00e4"]).read_bytes()
    with archive.attempt(new_id=new_id) as attempt:
        Log.open(archive).rotate(attempt, clock(), lost=False)
    rotated = place(archive, new_id, 2).read_bytes()
    path.write_bytes(rotated)
    assert run_script(path)[0] == 0
    path.write_bytes(content)
    assert run_script(path)[0] == 0
    assert accepted_bits(content, path, range(0, len(content) * 8, 1 if in_full else 11)) == []
    assert accepted_bits(rotated, path, range(0, len(rotated) * 8, 1 if in_full else 61)) == []
    proof(
        "Every single bit of a receipt counts",
        {"bits of a receipt": len(content) * 8, "of one behind a rotation": len(rotated) * 8, "accepted": 0},
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "\n",
        lambda text: text.replace('"index": 1', '"index":  1'),
        lambda text: json.dumps(json.loads(text), sort_keys=True),
        lambda text: text.replace("{", '{\n "about": "",', 1),
        lambda text: text.replace('"path"', '"more": 1,\n "path"'),
        lambda text: "[]",
        lambda text: "{}",
        lambda text: "",
        lambda text: "[" * 100_000,
    ],
)
def test_a_receipt_in_another_form_is_none(
    archive: Archive, new_id: CountingIdentifiers, tmp_path: Path, change: Callable[[str], str]
):
    path = tmp_path / "receipt.json"
    path.write_text(change(place(archive, new_id, 1).read_text()))
    assert run_script(path)[0] == 4
    with pytest.raises((ValueError, RecursionError)):
        receipts.parse(path.read_bytes())


def test_a_key_that_is_trusted_vouches_for_those_that_follow_it(
    archive: Archive, new_id: CountingIdentifiers, clock: TickingClock, tmp_path: Path
):
    first = place(archive, new_id, 1)
    pems = [archive.log / "keys" / f"log-{Log.open(archive).checkpoint.key_id}.pem"]
    with archive.attempt(new_id=new_id) as attempt:
        pems += [archive.log / "keys" / f"log-{Log.open(archive).rotate(attempt, clock(), lost=False)}.pem"]
    second = place(archive, new_id, 2)
    assert [run_script(second, "--key", pem)[0] for pem in pems] == [0, 0]
    assert [run_script(first, "--key", pem)[0] for pem in pems] == [0, 4]
    assert run_script(first, "--key", pems[1], "--log", archive.log)[0] == 0
    proof = tmp_path / "proof.json"
    log = Log.open(archive)
    proof.write_bytes(statements.render_consistency(log, receipts.read(archive, ingest_id(1)).inclusion.checkpoint))
    assert run_script(first, proof, "--key", pems[1])[0] == 0
    assert run_script(proof, "--key", pems[0])[0] == 0
    assert run_script(second, proof)[0] == 4
    stranger = tmp_path / "stranger.pem"
    stranger.write_bytes(make_stranger(tmp_path, new_id))
    assert [run_script(one, "--key", stranger)[0] for one in (first, second, proof)] == [4, 4, 4]
    assert run_script(first, "--key", stranger, "--key", pems[0])[0] == 0


def make_stranger(tmp_path: Path, new_id: CountingIdentifiers) -> bytes:
    other = make_archive(tmp_path / "other", new_id)
    append(other, new_id, ingest_entry(1))
    return next((other.log / "keys").glob("*.pem")).read_bytes()


def test_a_lost_key_does_not_vouch_for_the_one_behind_it(
    archive: Archive, new_id: CountingIdentifiers, clock: TickingClock
):
    place(archive, new_id, 1)
    old = archive.log / "keys" / f"log-{Log.open(archive).checkpoint.key_id}.pem"
    next(archive.keys.iterdir()).unlink()
    with archive.attempt(new_id=new_id) as attempt:
        new = archive.log / "keys" / f"log-{Log.open(archive).rotate(attempt, clock(), lost=True)}.pem"
    second = place(archive, new_id, 2)
    assert run_script(second)[0] == 0
    assert run_script(second, "--key", new)[0] == 0
    assert run_script(second, "--key", old)[0] == 4


def test_the_script_names_a_log_that_was_edited_truncated_rolled_back_or_forked(
    archive: Archive, new_id: CountingIdentifiers, tmp_path: Path
):
    append(archive, new_id, *[ingest_entry(number) for number in range(100, 170)])
    path = place(archive, new_id, 1)
    append(archive, new_id, *[ingest_entry(number) for number in range(200, 220)])
    sound, old = tmp_path / "sound", tmp_path / "old"
    shutil.copytree(archive.log, sound)
    assert run_script(path, "--log", sound)[0] == 0
    entries = sound / "entries" / "0000" / "0000000000.jsonl"
    entries.write_bytes(entries.read_bytes().replace(b'"files":5', b'"files":6', 1))
    assert "was edited" in run_script(path, "--log", sound)[1]
    entries.unlink()
    assert "is truncated" in run_script(path, "--log", sound)[1]
    twin = Archive(tmp_path / "twin", archive.id)
    shutil.copytree(archive.keys, tmp_path / "twin" / "keys")
    (tmp_path / "twin" / "keys").chmod(0o700)
    append(twin, new_id, *[ingest_entry(number) for number in range(300, 330)])
    shutil.copytree(twin.log, old)
    assert "was rolled back" in run_script(path, "--log", old)[1]
    append(twin, new_id, *[ingest_entry(number) for number in range(330, 400)])
    assert "was forked" in run_script(path, "--log", twin.log)[1]


def stored_bag(archive: Archive, new_id: CountingIdentifiers, clock: TickingClock, tmp_path: Path) -> Path:
    """A bag in the archive, as an ingest leaves it, with its receipt; returns the depositor's copy of the bag."""
    bag = tmp_path / "bag"
    tiny_bag.make(bag)
    fixities = {path.relative_to(bag).as_posix(): measure(path) for path in bag.rglob("*") if path.is_file()}
    ingest = ingest_id_of({path: fixity.sha512 for path, fixity in fixities.items()})
    with archive.attempt(new_id=new_id) as attempt:
        content = attempt.folder / "received"
        shutil.copytree(bag, content)
        version = commit(
            archive,
            attempt,
            content,
            fixities,
            object_id="urn:uuid:00000000-0000-4000-9000-000000000001",
            ingest_id=ingest,
            package_id="bag",
            user="",
            at=clock(),
        )
        facts = {
            "ingest": ingest,
            "object": version.object_id,
            "inventory": version.inventory_sha512,
            "files": version.files,
        }
        entry = ingest_entry(1, clock(), **facts)
        [inclusion] = Log.open(archive).append(attempt, [Entry("ingest", entry.at, entry.facts)])
        receipts.place(archive, attempt, receipts.receipt_of(inclusion))
    return bag


def test_the_script_knows_the_bag_and_the_object_of_a_receipt(
    archive: Archive, new_id: CountingIdentifiers, clock: TickingClock, tmp_path: Path
):
    bag = stored_bag(archive, new_id, clock, tmp_path)
    [path] = (archive.log / "receipts").glob("*/*.json")
    home = object_folder(archive, "urn:uuid:00000000-0000-4000-9000-000000000001")
    assert (home / "logs" / "receipt-v1.json").read_bytes() == path.read_bytes()
    status, said = run_script(path, "--bag", bag, "--object", home)
    assert (status, said.count("right: ")) == (0, 3)
    (bag / "data" / "a.txt").write_bytes(b"First\n")
    assert run_script(path, "--bag", bag)[0] == 4
    (bag / "data" / "a.txt").write_bytes(b"first\n")
    (bag / "more").write_bytes(b"")
    assert run_script(path, "--bag", bag)[0] == 4
    (bag / "more").unlink()
    (bag / "more").symlink_to("/etc")
    assert "is not a regular file" in run_script(path, "--bag", bag)[1]
    assert run_script(path, "--bag", tmp_path / "nowhere")[0] == 2
    assert run_script(path, "--object", tmp_path)[0] == 2


def test_the_list_of_files_is_the_one_of_the_archive_for_every_name(
    archive: Archive, new_id: CountingIdentifiers, tmp_path: Path
):
    folder = tmp_path / "bag"
    names = [b"a%0A", b"b\nc", b"d\re", "f\u00e9".encode(), b"z/y", b"z!"]
    for name in names:
        path = os.path.join(os.fsencode(folder), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(name)
    digests = {os.fsdecode(name): hashlib.sha512(name).hexdigest() for name in names}
    path = place(archive, new_id, 1, ingest=ingest_id_of(digests))
    assert run_script(path, "--bag", folder)[0] == 0


def test_a_consistent_rewrite_of_a_stored_object_is_exposed(
    archive: Archive, new_id: CountingIdentifiers, clock: TickingClock, tmp_path: Path
):
    """Payload, manifests, inventories and sidecars rewritten: every tool says valid but who has the receipt."""
    stored_bag(archive, new_id, clock, tmp_path)
    [path] = (archive.log / "receipts").glob("*/*.json")
    home = object_folder(archive, "urn:uuid:00000000-0000-4000-9000-000000000001")
    content = home / "v1" / "content"
    old = {one: measure(one) for one in content.rglob("*") if one.is_file()}
    (content / "data" / "a.txt").write_bytes(b"FIRST\n")
    tiny_bag.list_payload(content)
    inventory = (home / "inventory.json").read_text()
    for one, fixity in old.items():
        new = measure(one)
        inventory = inventory.replace(fixity.sha512, new.sha512).replace(fixity.sha256, new.sha256)
    for place_ in (home, home / "v1"):
        (place_ / "inventory.json").write_text(inventory)
        digest = hashlib.sha512(inventory.encode()).hexdigest()
        (place_ / "inventory.json.sha512").write_text(f"{digest} inventory.json\n")
    assert bagit.Bag(str(content)).is_valid()
    assert [one for one in check_object(home) if one.severity.value == "error"] == []
    status, said = run_script(path, "--object", home)
    assert (status, "was rewritten" in said) == (4, True)
    assert run_script(path, "--bag", content)[0] == 4
    logged = Log.open(archive).find("ingest", object="urn:uuid:00000000-0000-4000-9000-000000000001")
    assert logged[1].facts["inventory"] != hashlib.sha512(inventory.encode()).hexdigest()
