from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-061", "bag-info.txt")}


def plant(root: Path) -> None:
    text = (root / "bag-info.txt").read_text()
    tiny_bag.put(root, "bag-info.txt", text.replace("Somewhere", "Elsewhere"))
