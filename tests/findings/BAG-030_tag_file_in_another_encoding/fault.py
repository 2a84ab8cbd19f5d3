from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-030", "bag-info.txt")}


def plant(root: Path) -> None:
    tiny_bag.put(root, "bag-info.txt", "Contact-Name: Zo\u00eb\n".encode("latin-1"))
    tiny_bag.seal(root)
