import hashlib
import json
import os
import subprocess
import sys

import pytest

from presence import forbidden
from strongroom.cli import main
from strongroom.cli.outputs.checking import VerifyOutput


def make_bag(folder, content=b"hello\n"):
    """The smallest bag that has all that RFC 8493 asks for."""
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "hello.txt").write_bytes(content)
    (folder / "bagit.txt").write_bytes(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    (folder / "bag-info.txt").write_text(f"Payload-Oxum: {len(content)}.1\n")
    for name in ("sha256", "sha512"):
        digest = hashlib.new(name, content).hexdigest()
        (folder / f"manifest-{name}.txt").write_text(f"{digest}  data/hello.txt\n")
    tags = ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt"]
    for name in ("sha256", "sha512"):
        lines = [f"{hashlib.new(name, (folder / tag).read_bytes()).hexdigest()}  {tag}\n" for tag in tags]
        (folder / f"tagmanifest-{name}.txt").write_text("".join(lines))
    return folder


@pytest.fixture
def bag(tmp_path):
    return make_bag(tmp_path / "bag")


@pytest.fixture
def broken(tmp_path):
    folder = make_bag(tmp_path / "broken")
    (folder / "data" / "hello.txt").write_bytes(b"hellO\n")
    return folder


def verified(capsys, *paths):
    exit_ = main(["verify", "--json", *map(str, paths)])
    captured = capsys.readouterr()
    assert captured.err == ""
    document = VerifyOutput.model_validate(json.loads(captured.out))
    assert document.exit == exit_
    return document


def test_a_valid_bag_is_one_line(bag, capsys):
    assert main(["verify", str(bag)]) == 0
    assert capsys.readouterr() == (f"valid: {bag}\n", "")


def test_a_broken_bag_is_refused_with_every_finding(broken, capsys):
    assert main(["verify", str(broken)]) == 4
    out = capsys.readouterr().out
    assert out.startswith(f"refused: {broken} (")
    for part in ("error BAG-", "data/hello.txt", "expected", "found", "RFC 8493"):
        assert part in out
    assert out.splitlines()[-1] == "what it means  strongroom explain BAG-055"


def test_quiet_leaves_the_findings_out(broken, capsys):
    assert main(["verify", "--quiet", str(broken)]) == 4
    assert capsys.readouterr().out.count("\n") == 1


def test_one_subject_is_a_flat_document(broken, capsys):
    document = verified(capsys, broken)
    assert (document.exit, document.valid, document.path, document.results) == (4, False, str(broken), ())
    assert {finding.where for finding in document.findings} == {"data/hello.txt"}
    assert all(finding.remedy and finding.clause for finding in document.findings)


def test_several_subjects_are_a_list_and_the_gravest_status(bag, broken, tmp_path, capsys):
    missing = tmp_path / "missing"
    document = verified(capsys, bag, broken, missing)
    assert (document.exit, document.valid, document.path, document.findings) == (2, False, None, ())
    assert [(one.path, one.valid, one.exit) for one in document.results] == [
        (str(bag), True, 0),
        (str(broken), False, 4),
        (str(missing), False, 2),
    ]
    assert document.results[2].error.kind == "usage"


def test_several_subjects_end_with_a_sum(bag, broken, tmp_path, capsys):
    assert main(["verify", str(bag), str(broken), str(tmp_path / "missing")]) == 2
    assert capsys.readouterr().out.splitlines()[-1] == "3 looked for: 1 valid, 1 refused, 1 not looked at"


def test_a_path_that_is_not_there_is_a_usage_error(tmp_path, capsys):
    assert main(["verify", str(tmp_path / "missing")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "missing" in captured.err


def test_a_bag_that_is_no_bag_is_refused(tmp_path, capsys):
    document = verified(capsys, tmp_path)
    assert (document.exit, document.valid, [one.code for one in document.findings]) == (4, False, ["BAG-001"])


def test_a_file_name_that_is_not_utf_8_can_be_said_in_json(bag, capsys):
    with open(os.fsencode(bag / "data") + b"/caf\xe9", "wb"):
        pass
    document = verified(capsys, bag)
    assert not document.valid
    assert any("caf\\xe9" in one.where or "caf\\udce9" in one.where for one in document.findings)


def test_what_is_verified_is_not_changed(broken):
    def state():
        return {
            path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"") for path in broken.rglob("*")
        }

    before = state()
    main(["verify", "--quiet", str(broken)])
    assert state() == before


def test_no_network_is_needed(bag):
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
        forbidden("take the network away")
    command = ["unshare", "-rn", sys.executable, "-m", "strongroom", "verify", str(bag)]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
