from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP6", golden.place(golden.METS))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, ' PROFILE="[^"]*"', "")
    golden.seal_bag(root)
