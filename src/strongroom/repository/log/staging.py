"""Files of the log on their way: written in the attempt's folder, durable, then given their final name."""

import os
from pathlib import Path

from strongroom.repository.attempt import Attempt
from strongroom.storage import make_directory, saying, sync_directory


def place(attempt: Attempt, target: Path, content: bytes) -> None:
    """Give a file its whole content in one step that survives a crash, unless the work was taken over."""
    make_parents(target.parent)
    staged = attempt.folder / f"log-{target.name}"
    with attempt.guarding(), saying("write", target), staged.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    attempt.move(staged, target)


def make_parents(folder: Path) -> None:
    """Make a folder and those above it, each of them durable."""
    if folder.is_dir():
        return
    make_parents(folder.parent)
    make_directory(folder)
    with saying("make durable", folder.parent):
        sync_directory(folder.parent)
