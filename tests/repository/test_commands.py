"""Commands of the settings: no shell, bounded time, bounded output, nothing left running."""

import os
import sys
import time
from pathlib import Path

import pytest

from strongroom.errors import UsageError
from strongroom.repository.commands import run_command
from strongroom.repository.scanning import scan_for_viruses
from strongroom.settings import IngestSettings


def python(program: str) -> tuple[str, ...]:
    return (sys.executable, "-c", program)


def test_a_command_gets_the_path_and_its_last_words_are_kept(tmp_path):
    ran = run_command(python("import sys; print('one'); print(sys.argv[1]); sys.exit(3)"), tmp_path, seconds=30)
    assert (ran.status, ran.said, ran.started) == (3, f"one; {tmp_path.name}", True)


def test_no_shell_reads_the_arguments(tmp_path):
    subject = tmp_path / "$(touch made); touch made"
    ran = run_command(("/bin/echo", "$HOME", "`id`"), subject, seconds=30)
    assert (ran.status, ran.said) == (0, f"$HOME `id` {subject.name}")
    assert not Path("made").exists()


def test_much_output_is_read_and_little_kept(tmp_path):
    ran = run_command(python("print('x' * 50_000_000); print('end')"), tmp_path, seconds=60)
    assert (ran.status, len(ran.said), ran.said[-5:]) == (0, 300, "; end")


def test_what_takes_too_long_is_ended_with_all_its_children(tmp_path):
    child = tmp_path / "child"
    program = f"import os, time\nif os.fork() == 0: open({str(child)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)"
    begun = time.monotonic()
    ran = run_command(python(program), tmp_path, seconds=2)
    assert (ran.status, ran.said) == (None, "it took longer than 2 s")
    assert time.monotonic() - begun < 20
    for _ in range(200):
        if (
            not Path(f"/proc/{child.read_text()}").exists()
            or "Z" in Path(f"/proc/{child.read_text()}/stat").read_text()
        ):
            break
        time.sleep(0.05)
    else:
        pytest.fail("the child is still running")


def test_a_daemon_that_stays_behind_is_not_waited_for(tmp_path):
    pid = tmp_path / "pid"
    program = (
        "import os, time\n"
        f"if os.fork() == 0:\n os.setsid()\n open({str(pid)!r}, 'w').write(str(os.getpid()))\n time.sleep(600)"
    )
    begun = time.monotonic()
    try:
        assert run_command(python(program), tmp_path, seconds=300).status == 0
        assert time.monotonic() - begun < 60
    finally:
        for _ in range(200):
            if pid.exists() and pid.read_text():
                os.kill(int(pid.read_text()), 9)
                break
            time.sleep(0.05)


def test_a_command_that_is_not_there_says_so(tmp_path):
    ran = run_command(("/nowhere/scanner",), tmp_path, seconds=5)
    assert (ran.status, ran.started, ran.said) == (None, False, "it could not be started: No such file or directory")


def scanned(tmp_path, program: str, seconds: float = 30.0):
    settings = IngestSettings(scanner=python(program), scanner_seconds=seconds)
    said, found = scan_for_viruses(tmp_path, settings)
    return said, [(one.code, one.found) for one in found]


def test_without_a_scanner_nothing_is_said(tmp_path):
    assert scan_for_viruses(tmp_path, IngestSettings()) == ("", ())


def test_a_clean_bag_is_called_clean_on_the_receipt(tmp_path):
    assert scanned(tmp_path, "print('OK')") == (f"{Path(sys.executable).name}: clean", [])


def test_an_infected_bag_is_refused_with_what_the_scanner_says(tmp_path):
    program = "print('data/x: Eicar FOUND'); raise SystemExit(1)"
    assert scanned(tmp_path, program) == ("", [("INGEST-020", "status 1: data/x: Eicar FOUND")])


def test_a_scanner_that_stumbles_over_this_bag_refuses_it(tmp_path):
    (tmp_path / "something").touch()
    program = "import os, sys; sys.exit(2 if os.listdir(sys.argv[1]) else 0)"
    assert scanned(tmp_path, program) == ("", [("INGEST-021", "status 2: nothing else said")])


def test_a_scanner_that_takes_too_long_refuses_the_bag(tmp_path):
    (tmp_path / "something").touch()
    program = "import os, sys, time; os.listdir(sys.argv[1]) and time.sleep(600)"
    assert scanned(tmp_path, program, 2.0) == ("", [("INGEST-021", "it took longer than 2 s")])


@pytest.mark.parametrize("scanner", [("/nowhere/scanner",), python("raise SystemExit(2)")])
def test_a_scanner_that_does_not_work_at_all_is_a_fault_of_the_settings(tmp_path, scanner):
    with pytest.raises(UsageError, match=r"the virus scanner .* does not work .*correct \[ingest\] scanner"):
        scan_for_viruses(tmp_path, IngestSettings(scanner=scanner))
