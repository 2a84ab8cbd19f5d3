from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-067", "tagmanifest-sha256.txt")}


def plant(root: Path) -> None:
    line = tiny_bag.line(root, "tagmanifest-sha256.txt", "sha512")
    tiny_bag.put(root, "tagmanifest-sha512.txt", (root / "tagmanifest-sha512.txt").read_text() + line + "\n")
