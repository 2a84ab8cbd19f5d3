from pathlib import Path

BASE = "bag"
EXPECTED = {("BAG-002", "bagit.txt")}


def plant(root: Path) -> None:
    (root / "bagit.txt").unlink()
