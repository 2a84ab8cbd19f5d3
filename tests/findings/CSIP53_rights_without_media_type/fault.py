from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP53", golden.place(golden.METS, "rights"))}


def plant(root: Path) -> None:
    golden.with_rights(root)
    golden.sub(root, golden.METS, '(<rightsMD [^>]*><mdRef[^>]*?) MIMETYPE="[^"]*"', "\\1")
    golden.seal_bag(root)
