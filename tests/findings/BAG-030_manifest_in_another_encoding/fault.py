from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-030", "manifest-sha256.txt")}


def plant(root: Path) -> None:
    # what the rest of the manifest may have listed is not counted as missing from it
    tiny_bag.put(root, "manifest-sha256.txt", b"\xff\xfe" + (root / "manifest-sha256.txt").read_bytes())
    tiny_bag.seal(root)
