from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP2", golden.place(golden.METS))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, ' TYPE="Web Archives"', "")
    golden.seal_bag(root)
