import shutil
from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-003", "data")}


def plant(root: Path) -> None:
    shutil.rmtree(root / "data")
    tiny_bag.list_payload(root)
