from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-051", "data/a.txt"), ("BAG-025", "bagit.txt")}


def plant(root: Path) -> None:
    tiny_bag.as_version(root, "0.97")
    tiny_bag.append(root, "manifest-sha256.txt", tiny_bag.line(root, "data/a.txt", "sha256"))
