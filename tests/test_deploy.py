"""What docs/deploy holds: units that systemd accepts, commands that ours accepts, and the service as an ordinary user."""

import json
import os
import pwd
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from findings import tiny_bag
from presence import absent
from strongroom.cli.running import build_parser
from strongroom.settings import Settings

TOP = Path(__file__).parents[1]
DEPLOY = TOP / "docs" / "deploy"
SERVICES = ("strongroom-watch.service", "strongroom-audit.service")
UNITS = (*SERVICES, "strongroom-audit.timer")
PROGRAM = "/opt/strongroom/bin/strongroom"
EXPOSURE = 2.0
PATIENCE_SECONDS = 60.0
NOBODY = pwd.getpwnam("nobody")


def analyze(*words: object) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("systemd-analyze")
    if program is None:
        absent("not installed: systemd-analyze (apt-get install systemd)")
    command = [program, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def values(unit: str, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", (DEPLOY / unit).read_text(encoding="utf-8"), re.MULTILINE)


def test_systemd_accepts_the_units(tmp_path):
    for unit in UNITS:
        text = (DEPLOY / unit).read_text(encoding="utf-8")
        (tmp_path / unit).write_text(text.replace(PROGRAM, "/bin/true"), encoding="utf-8")
    done = analyze("verify", "--man=no", *(tmp_path / unit for unit in UNITS))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_is_exposed_to_little(unit):
    done = analyze("security", "--offline=true", f"--threshold={EXPOSURE * 10:g}", "--no-pager", DEPLOY / unit)
    (figure,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert float(figure) <= EXPOSURE, done.stdout
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", SERVICES)
def test_the_command_of_a_service_is_one_of_ours(unit):
    (line,) = values(unit, "ExecStart")
    program, *words = shlex.split(line)
    arguments = build_parser().parse_args(words)
    assert (program, str(arguments.root), values(unit, "ReadWritePaths")) == (PROGRAM, "/srv/archive", ["/srv/archive"])
    assert str(arguments.log).startswith("/var/log/strongroom/")
    assert values(unit, "User") == values(unit, "LogsDirectory") == ["strongroom"]


def test_the_example_of_settings_is_settings():
    settings = Settings.load(DEPLOY / "strongroom.toml")
    assert (settings.archive.audit_days, settings.ingest.free_bytes) == (90, 10 * 2**30)
    text = (DEPLOY / "strongroom.toml").read_text(encoding="utf-8")
    whole = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)  # what is only proposed there is right too
    (scanner,) = re.findall(r'^scanner = \["(\w+)"', whole, re.MULTILINE)
    assert scanner == "clamdscan"


def test_the_container_file_refers_to_what_is_there():
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", "")
    words = dict(re.findall(r"^(ENTRYPOINT|CMD) (\[.*\])$", text, re.MULTILINE))
    assert json.loads(words["ENTRYPOINT"]) == [PROGRAM]
    arguments = build_parser().parse_args(json.loads(words["CMD"]))
    assert (arguments.command, str(arguments.root)) == ("watch", "/archive")
    assert re.findall(r"^VOLUME (.*)$", text, re.MULTILINE) == ["/archive"]
    (user,) = re.findall(r"^USER (\d+)$", text, re.MULTILINE)
    assert f"--uid {user}" in text
    assert f"--owner={user} --mode=0750 /archive" in text
    (wheel,) = re.findall(r"^COPY dist/(\S+) /tmp/$", text, re.MULTILINE)
    project = (TOP / "pyproject.toml").read_text(encoding="utf-8")
    assert 'name = "strongroom"' in project
    assert wheel == "strongroom-*.whl"
    assert "[jobs]" in text
    assert re.search(r"^jobs = \[$", project, re.MULTILINE)


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that an ordinary user can reach and owns; those of pytest are root's alone."""
    folder = Path(tempfile.mkdtemp(prefix="strongroom-service-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def as_ordinary_user() -> list[str]:
    """Words before a command that make it that of one who may do nothing special; such a one needs none.

    Where the interpreter lies in root's own folders, the right to read them is left to it, and no other.
    """
    if os.geteuid() != 0:
        return []
    words = ["setpriv", "--reuid=nobody", f"--regid={NOBODY.pw_gid}", "--clear-groups", "--no-new-privs"]
    nothing = [*words, "--bounding-set=-all", "--inh-caps=-all"]
    start = ["/bin/sh", "-c", '"$0" -m strongroom --version', sys.executable]
    if subprocess.run([*nothing, *start], capture_output=True, cwd="/", check=False).returncode == 0:
        return nothing
    reading = "-all,+dac_read_search"
    return [*words, f"--bounding-set={reading}", f"--inh-caps={reading}", f"--ambient-caps={reading}"]


def give(folder: Path) -> None:
    """Let the ordinary user own what is in a folder."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)


def until(is_so, process: "subprocess.Popen[str]") -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < ends, "it took too long"
        time.sleep(0.05)


def test_the_service_takes_a_bag_in_as_an_ordinary_user_and_ends_when_told(home):
    archive = home / "archive"
    archive.mkdir(mode=0o750)
    bag = home / "bag"
    tiny_bag.make(bag)
    shutil.copy(DEPLOY / "strongroom.toml", home / "strongroom.toml")
    give(home)
    (line,) = values("strongroom-watch.service", "ExecStart")
    line = line.replace(PROGRAM, shlex.join([sys.executable, "-m", "strongroom"])).replace("/srv/archive", str(archive))
    line = line.replace("/etc/", f"{home}/").replace("/var/log/strongroom", str(home))
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PYTHONPATH": str(TOP / "src")}
    with subprocess.Popen(
        [*as_ordinary_user(), *shlex.split(line)],
        cwd="/",
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        umask=0o027,
    ) as service:
        try:
            until((archive / "incoming").is_dir, service)
            bag.rename(archive / "incoming" / "bag")
            (archive / "incoming" / "bag.ready").touch()
            until(lambda: list((archive / "log" / "receipts").rglob("*.json")), service)
            until(lambda: not any((archive / "incoming").iterdir()), service)
            began = time.monotonic()
            service.send_signal(signal.SIGTERM)
            said = service.communicate(timeout=PATIENCE_SECONDS)[1]
        finally:
            service.kill()
    assert service.returncode == 0, said
    assert time.monotonic() - began < 20
    events = [json.loads(one) for one in (home / "watch.jsonl").read_text(encoding="utf-8").splitlines()]
    (job,) = [one for one in events if one["event"] == "job"]
    assert (job["state"], job["package"]) == ("done", "bag")
    assert [one["exit"] for one in events if one["event"] == "end"] == [0, 0]
    (key,) = (archive / "keys").iterdir()
    modes = [path.stat().st_mode & 0o777 for path in (archive / "keys", key)]
    assert modes == [0o700, 0o600]
    owner = NOBODY.pw_uid if os.geteuid() == 0 else os.geteuid()
    assert {path.stat().st_uid for path in (archive, *archive.rglob("*"))} == {owner}
    assert [path for path in archive.rglob("*") if path.stat().st_mode & 0o007] == []
