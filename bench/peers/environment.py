"""The environment of the peers, .bench/: what other people's scripts need, apart from strongroom's own."""

import subprocess
import venv
from pathlib import Path

_FOLDER = Path(__file__).parents[2] / ".bench"
_REQUIREMENTS = ("requests==2.32.5", "warcio==1.8.1", "aiohttp==3.13.2")


def command(script: str, *arguments: str | Path) -> list[str | Path]:
    """The command that runs one of the scripts in this folder; makes the environment where it is not there."""
    python = _FOLDER / "bin" / "python"
    made = _FOLDER / "made-from.txt"
    recipe = "\n".join(_REQUIREMENTS)
    if not made.is_file() or made.read_text() != recipe:
        venv.create(_FOLDER, clear=True, with_pip=True, symlinks=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_REQUIREMENTS], check=True
        )
        made.write_text(recipe)
    return [python, Path(__file__).with_name(script), *arguments]
