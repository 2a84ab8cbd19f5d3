"""`python -m jobs.halting POINT FOLDER ARGUMENTS…`: a command that waits, the first time it reaches a named point.

There it makes the file `reached` in the folder, and goes on when there is a file `go`.
"""

import sys
import time
from pathlib import Path

from strongroom.cli.running import run
from strongroom.storage import listening


def main(point: str, folder: Path, words: list[str]) -> int:
    def halt(reached: str) -> None:
        if reached == point and not (folder / "reached").exists():
            (folder / "reached").touch()
            while not (folder / "go").exists():
                time.sleep(0.02)

    with listening(halt):
        return run(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
