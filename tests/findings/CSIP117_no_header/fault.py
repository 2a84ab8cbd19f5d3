from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP117", golden.place(golden.METS))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, "<metsHdr.*</metsHdr>", "")
    golden.seal_bag(root)
