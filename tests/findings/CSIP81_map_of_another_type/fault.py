from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP81", golden.place(golden.METS, "map-csip"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, 'TYPE="PHYSICAL"', 'TYPE="LOGICAL"')
    golden.seal_bag(root)
