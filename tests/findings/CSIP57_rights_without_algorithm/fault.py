from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP57", golden.place(golden.METS, "rights")), ("METS-008", golden.place(golden.METS, "rights"))}


def plant(root: Path) -> None:
    golden.with_rights(root)
    golden.sub(root, golden.METS, '(<rightsMD [^>]*><mdRef[^>]*?) CHECKSUMTYPE="[^"]*"', "\\1")
    golden.seal_bag(root)
