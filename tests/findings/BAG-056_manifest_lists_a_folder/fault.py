from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-056", "data/sub")}


def plant(root: Path) -> None:
    for algorithm in tiny_bag.ALGORITHMS:
        line = tiny_bag.line(root, "data/a.txt", algorithm, spelled="data/sub")
        tiny_bag.append(root, f"manifest-{algorithm}.txt", line)
