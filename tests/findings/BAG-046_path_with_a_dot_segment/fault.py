from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-046", "data/a.txt")}


def plant(root: Path) -> None:
    for algorithm in tiny_bag.ALGORITHMS:
        text = (root / f"manifest-{algorithm}.txt").read_text()
        tiny_bag.put(root, f"manifest-{algorithm}.txt", text.replace("data/a.txt", "./data/a.txt"))
    tiny_bag.seal(root)
