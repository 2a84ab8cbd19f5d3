import os
from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-014", "data/a.txt")}


def plant(root: Path) -> None:
    # the manifests go on listing it; nobody reads it to compare
    os.truncate(root / "data/a.txt", 2**40)
    tiny_bag.seal(root)
