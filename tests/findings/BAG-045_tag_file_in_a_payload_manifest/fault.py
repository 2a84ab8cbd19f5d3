from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-045", "bag-info.txt")}


def plant(root: Path) -> None:
    for algorithm in tiny_bag.ALGORITHMS:
        tiny_bag.append(root, f"manifest-{algorithm}.txt", tiny_bag.line(root, "bag-info.txt", algorithm))
