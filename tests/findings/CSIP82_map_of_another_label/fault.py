from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP82", golden.place(golden.METS, "map-csip"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, 'LABEL="CSIP"', 'LABEL="Package"')
    golden.seal_bag(root)
