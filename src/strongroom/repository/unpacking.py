"""Receiving whatever a bag comes as: a folder is copied, a serialised bag unpacked, anything else refused."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from strongroom.errors import StorageError, UsageError
from strongroom.formats.bag.paths import shown
from strongroom.formats.serialised.limits import SerialisedLimits
from strongroom.formats.serialised.unpack import is_serialised, unpack
from strongroom.model.finding import Severity
from strongroom.model.rules import bag as bag_rules
from strongroom.model.rules import ingest as rules
from strongroom.repository.listing import listing
from strongroom.repository.receiving import Received, change_since, copy_file, receive_folder, room_for
from strongroom.repository.work import Work
from strongroom.settings import Settings
from strongroom.storage import make_directory, saying

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def receive(source: Path, into: Path, settings: Settings, *, room: Callable[[int], None]) -> Received:
    """Make a bag's folder out of what was delivered, in a folder where nobody else works.

    Args:
        source: a folder, or a file that is a serialised bag; a link is not followed.
        into: does not exist; the folder of the bag is made in it.
        room: raises `StorageError` when there is no room for so many bytes.

    Raises:
        UsageError: it is a file and no serialised bag, or needs a module that is not installed.
        StorageError: something cannot be read or written.
    """
    with saying("read", source):
        mode = source.lstat().st_mode
    if source.name != source.name.encode("utf-8", "replace").decode():
        finding = bag_rules.NAME_NOT_UNICODE.at(".", expected="a name in UTF-8", found=shown(source.name))
        return Received(None, listing(source, stop_after=1), (finding,))
    if stat.S_ISDIR(mode):
        return receive_folder(source, into, settings, room=room)
    if not stat.S_ISREG(mode):
        found = "a link" if stat.S_ISLNK(mode) else "a pipe, a socket or a device"
        finding = rules.IRREGULAR.at(".", expected="the folder of a bag, or a bag in one file", found=found)
        return Received(None, listing(source), (finding,))
    if not is_serialised(source):
        raise UsageError(
            f"{source} is no bag: neither a folder nor a file named .tar, .tar.gz, .tar.zst or .zip; check the path"
        )
    return _receive_serialised(source, into, settings, room)


def to_keep(source: Path, received: Received, work: Work) -> Path | None:
    """What goes into quarantine when a bag is refused: the copy of a folder, or of the file as it was sent.

    Returns:
        A path in the attempt's folder; None where nothing was copied, or where the file is more than the limits allow
        or not what was received any more.
    """
    if source.is_symlink() or not source.is_file():
        return received.path
    if any(one.code == rules.TOO_LARGE.code for one in received.findings):
        return None
    room_for(work)(received.seen.length_bytes)
    into = work.attempt.folder / "sent"
    target = make_directory(into) / source.name
    with saying("copy", source):
        opened = os.open(source, _READ)
        try:
            made = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            try:
                copy_file(opened, made, received.seen.length_bytes)
            finally:
                os.close(made)
        finally:
            os.close(opened)
    return None if change_since(received.seen, source, 1) else target


def _receive_serialised(source: Path, into: Path, settings: Settings, room: Callable[[int], None]) -> Received:
    seen = listing(source)
    most = settings.ingest.max_bytes
    if seen.length_bytes > most:
        found = f"{seen.length_bytes} bytes in one file"
        return Received(None, seen, (rules.TOO_LARGE.at(".", expected=f"at most {most} bytes", found=found),))
    room(seen.length_bytes)
    limits = SerialisedLimits(entries=settings.verify.max_files, total_bytes=most)
    try:
        unpacked = unpack(source, make_directory(into), limits)
    except StorageError:
        if change := change_since(seen, source, 1):
            return Received(None, seen, (change,))
        raise
    if change := change_since(seen, source, 1):
        return Received(None, seen, (change,))
    if any(one.severity is Severity.ERROR for one in unpacked.findings):
        return Received(None, seen, unpacked.findings)
    room(0)
    return Received(unpacked.root, seen, unpacked.findings)
