from pathlib import Path

from findings import tiny_bag
from strongroom.settings import VerifySettings

BASE = "bag"
SETTINGS = VerifySettings(max_files=10)
EXPECTED = {("BAG-006", ".")}


def plant(root: Path) -> None:
    for number in range(20):
        tiny_bag.put(root, f"data/{number}", b"")
