from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-010", golden.place(golden.LINKS))}


def plant(root: Path) -> None:
    golden.edit(root, golden.LINKS, "next.html,captured", "next.html,perhaps")
    golden.seal(root)
