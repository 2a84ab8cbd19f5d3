from pathlib import Path

BASE = "bag"
EXPECTED = {("BAG-065", ".")}


def plant(root: Path) -> None:
    for path in root.glob("tagmanifest-*.txt"):
        path.unlink()
