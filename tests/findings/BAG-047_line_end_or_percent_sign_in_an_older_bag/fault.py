from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-025", "bagit.txt"), ("BAG-047", "data/a%0Ab.txt")}


def plant(root: Path) -> None:
    tiny_bag.put(root, "data/a%0Ab.txt", "neither line ends")
    tiny_bag.list_payload(root)
    for algorithm in tiny_bag.ALGORITHMS:
        text = (root / f"manifest-{algorithm}.txt").read_text()
        tiny_bag.put(root, f"manifest-{algorithm}.txt", text.replace("%25", "%"))
    tiny_bag.as_version(root, "0.97")
