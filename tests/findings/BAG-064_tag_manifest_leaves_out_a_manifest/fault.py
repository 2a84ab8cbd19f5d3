from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-064", "manifest-sha256.txt")}


def plant(root: Path) -> None:
    tiny_bag.seal(root, ("sha512",), leave_out=("manifest-sha256.txt",))
