from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-048", "data/caf\u00e9.txt")}


def plant(root: Path) -> None:
    tiny_bag.put(root, "data/caf\u00e9.txt", "composed")
    tiny_bag.list_payload(root)
    for algorithm in tiny_bag.ALGORITHMS:
        text = (root / f"manifest-{algorithm}.txt").read_text()
        tiny_bag.put(root, f"manifest-{algorithm}.txt", text.replace("\u00e9", "e\u0301"))
    tiny_bag.seal(root)
