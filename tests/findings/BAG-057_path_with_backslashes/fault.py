from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-057", "data/sub/b.txt")}


def plant(root: Path) -> None:
    for algorithm in tiny_bag.ALGORITHMS:
        text = (root / f"manifest-{algorithm}.txt").read_text()
        tiny_bag.put(root, f"manifest-{algorithm}.txt", text.replace("data/sub/b.txt", r"data\sub\b.txt"))
    tiny_bag.seal(root)
