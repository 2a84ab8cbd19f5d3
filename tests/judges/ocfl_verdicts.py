"""Ask ocfl-py about many objects and storage roots at once: starting it takes longer than most answers."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from judges.environments import tool

_SECONDS = 300


@dataclass(frozen=True)
class Answer:
    """What it says: codes by object, validity by storage root, path by identifier."""

    objects: Mapping[str, list[str]]
    roots: Mapping[str, bool]
    ids: Mapping[str, str]


def ask(*, objects: Iterable[Path] = (), roots: Iterable[Path] = (), ids: Iterable[str] = ()) -> Answer:
    """All codes, without the letters that are its own; an exception is the code "raised …"."""
    question = {"objects": [str(one) for one in objects], "roots": [str(one) for one in roots], "ids": list(ids)}
    done = subprocess.run(
        [tool("ocfl", "python"), Path(__file__).with_name("ocfl_codes.py")],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Answer(**json.loads(done.stdout))
