"""What a ledger needs to know of the records of a WARC file; of large files, read by processes of their own.

Checking records is work for one processor, digesting files and reading METS and PREMIS for another. What a process
finds comes back as lines of JSON, so that nothing but text passes from what read a stranger's file.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final, TypeAlias

from strongroom.errors import StorageError
from strongroom.formats.mets.representation import holds_content
from strongroom.formats.wacz.cdxj import line_of
from strongroom.formats.warc.check import check_warc
from strongroom.model.capture import RecordEntry
from strongroom.model.finding import Finding
from strongroom.model.rules import warc as rules

Row: TypeAlias = tuple[int, int, str, str, str | None, str | None, int | None, bool, str | None]
"""Offset and length of the member, identifier, type, URL, payload digest and length, whether it holds content, and
what a line of the index should say of it."""

WarcRows: TypeAlias = Callable[[Path, str], Iterator[Row | Finding]]
"""Reads a WARC file, given how findings are to name it."""

_RULES: Final = {rule.code: rule for rule in rules.RULES}
_START: Final = (
    "import sys; sys.path[:] = sys.argv[1:]; from strongroom.formats.package import warc_rows as m; m.serve()"
)
_READY: Final = '"ready"'


def read_rows(path: Path, where: str, *, read: Callable[[int], bytes] | None = None) -> Iterator[Row | Finding]:
    """Check a WARC file here and now, record by record; its bytes come from `read` where there is no file at `path`."""
    for one in check_warc(path, where=where, read=read):
        yield one if isinstance(one, Finding) else _row(one)


@contextmanager
def rows_read_apart(files: Mapping[Path, str], *, processes: int) -> Iterator[WarcRows]:
    """Begin to read WARC files in so many processes; what is given reads them, and waits until they are read.

    Where no process can be started, or for other files, it reads here.

    Args:
        files: path to the name that findings are to have; the rows of each are asked for at most once, in this order.
        processes: none: everything is read here.
    """
    with ExitStack() as stack:
        shares = [list(files.items())[first::processes] for first in range(min(processes, len(files)))]
        workers = [stack.enter_context(_started(share)) for share in shares]
        owners = {path: worker for worker, share in zip(workers, shares, strict=True) for path, _ in share}

        def read(path: Path, where: str) -> Iterator[Row | Finding]:
            worker = owners.get(path)
            return worker.rows(path) if worker is not None and worker.is_done() else read_rows(path, where)

        yield read


class _Worker:
    """A process that reads files one after another, and the lines it writes."""

    def __init__(self, process: "subprocess.Popen[bytes]", lines: IO[bytes]) -> None:
        self._process = process
        self._lines = lines
        self._is_ready: bool | None = None

    def is_done(self) -> bool:
        """Wait for the end; whether the process could be started at all."""
        if self._is_ready is None:
            self._process.wait()
            self._lines.seek(0)
            self._is_ready = self._lines.readline().decode().strip() == _READY
        return self._is_ready

    def rows(self, path: Path) -> Iterator[Row | Finding]:
        """What was found in the next of its files."""
        for line in self._lines:
            one = json.loads(line.decode()) if line.endswith(b"\n") else {}
            if one is None:
                return
            if isinstance(one, list):
                yield tuple(one)
            elif "code" in one:
                yield _RULES[one["code"]].at(one["where"], expected=one["expected"], found=one["found"])
            elif "error" in one:
                raise StorageError(one["error"])
        raise StorageError(f"the process that read {path} was ended; run the same command again")


@contextmanager
def _started(share: list[tuple[Path, str]]) -> Iterator[_Worker | None]:
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as lines:
        asked.write(json.dumps([[str(path), where] for path, where in share]).encode())
        asked.seek(0)
        command = [sys.executable, "-c", _START, *sys.path]
        try:
            process = subprocess.Popen(command, stdin=asked, stdout=lines, stderr=subprocess.DEVNULL)  # noqa: S603 - ours
        except OSError:
            yield None
            return
        with process:
            try:
                yield _Worker(process, lines)
            finally:
                process.kill()


def serve() -> None:
    """Be the process: the files to be read come as JSON on standard input, what is found goes to standard output."""
    write = sys.stdout.write
    write(f"{_READY}\n")
    sys.stdout.flush()
    for path, where in json.load(sys.stdin):
        try:
            for one in read_rows(Path(path), where):
                write(json.dumps(_shown(one) if isinstance(one, Finding) else one) + "\n")
        except StorageError as error:
            write(json.dumps({"error": str(error)}) + "\n")
            return
        write("null\n")


def _shown(finding: Finding) -> dict[str, str]:
    return {"code": finding.code, "where": finding.where, "expected": finding.expected, "found": finding.found}


def _row(record: RecordEntry) -> Row:
    digest = None if record.payload_digest is None else str(record.payload_digest)
    line = line_of(record)
    return (
        record.offset_bytes,
        record.length_bytes,
        record.record_id,
        record.type.value,
        record.target_uri,
        digest,
        record.payload_length_bytes,
        holds_content(record),
        None if line is None else line.facts,
    )
