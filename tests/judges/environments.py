"""Make the environments of the judges: independent readers of what strongroom writes, each apart from it and the others.

    python tests/judges/environments.py            all of them, into .judges/
    python tests/judges/environments.py wacz       one

What is there and was made from the same list is left alone. xmllint, gzip, sha256sum and unshare come from the system.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path

JUDGES = Path(__file__).parents[2] / ".judges"

# Versions are pinned: a judge that changes its mind should do so in a commit.
REQUIREMENTS = {
    "bagit": ("bagit==1.9.0",),
    "warcio": ("warcio==1.8.1",),
    "fastwarc": ("FastWARC==2.0.1",),
    "wacz": ("wacz==0.6.0",),
    "eark": ("eark-validator==1.1.3", "setuptools<81"),
    "ocfl": ("ocfl-py==2.1.0",),
}


def tool(judge: str, name: str) -> Path:
    """Where a judge's program is, made or not."""
    return JUDGES / judge / "bin" / name


def is_made(judge: str) -> bool:
    """Whether the environment is there, whole, and made from the present list."""
    made = JUDGES / judge / "made-from.json"
    return made.is_file() and made.read_text(encoding="utf-8") == _recipe(judge)


def make(judge: str) -> None:
    """Make an environment anew and install the judge into it."""
    folder = JUDGES / judge
    venv.create(folder, clear=True, with_pip=True, symlinks=True)
    command = [str(tool(judge, "python")), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, *REQUIREMENTS[judge]], check=True)
    (folder / "made-from.json").write_text(_recipe(judge), encoding="utf-8")


def _recipe(judge: str) -> str:
    return json.dumps({"python": sys.version_info[:2], "requirements": REQUIREMENTS[judge]})


def main() -> int:
    """Make what was asked for, or all."""
    wanted = sys.argv[1:] or list(REQUIREMENTS)
    if unknown := [judge for judge in wanted if judge not in REQUIREMENTS]:
        print(f"no such judge: {', '.join(unknown)}; there are {', '.join(REQUIREMENTS)}", file=sys.stderr)
        return 2
    for judge in wanted:
        if is_made(judge):
            print(f"{judge}: is there")
        else:
            print(f"{judge}: installing {' '.join(REQUIREMENTS[judge])}", flush=True)
            make(judge)
    return 0


if __name__ == "__main__":
    sys.exit(main())
