from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-016", golden.place(golden.DESCRIPTION))}


def plant(root: Path) -> None:
    path = root / golden.PACKAGE / golden.DESCRIPTION
    path.write_bytes(path.read_bytes()[:-40])
    golden.seal(root)
