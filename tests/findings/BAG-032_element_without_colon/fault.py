from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-032", "bag-info.txt#line=4")}


def plant(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", "a line that says nothing")
