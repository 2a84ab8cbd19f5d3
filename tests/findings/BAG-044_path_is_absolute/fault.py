from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-044", "tagmanifest-sha512.txt#line=5")}


def plant(root: Path) -> None:
    line = tiny_bag.line(root, "bagit.txt", "sha512", spelled="/etc/passwd")
    tiny_bag.put(root, "tagmanifest-sha512.txt", (root / "tagmanifest-sha512.txt").read_text() + line + "\n")
