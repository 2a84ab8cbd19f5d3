from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-040", ".")}


def plant(root: Path) -> None:
    for path in root.glob("manifest-*.txt"):
        path.unlink()
    tiny_bag.seal(root)
