from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-042", ".")}


def plant(root: Path) -> None:
    for path in root.glob("*manifest-*.txt"):
        path.unlink()
    tiny_bag.list_payload(root, ("md5",))
