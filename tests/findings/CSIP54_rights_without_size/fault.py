from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP54", golden.place(golden.METS, "rights"))}


def plant(root: Path) -> None:
    golden.with_rights(root)
    golden.sub(root, golden.METS, '(<rightsMD [^>]*><mdRef[^>]*?) SIZE="[^"]*"', "\\1")
    golden.seal_bag(root)
