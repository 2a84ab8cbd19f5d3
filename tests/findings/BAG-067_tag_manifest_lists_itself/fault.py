from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-067", "tagmanifest-sha256.txt")}


def plant(root: Path) -> None:
    line = tiny_bag.line(root, "tagmanifest-sha256.txt", "sha256")
    tiny_bag.put(root, "tagmanifest-sha256.txt", (root / "tagmanifest-sha256.txt").read_text() + line + "\n")
