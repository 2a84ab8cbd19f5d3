from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP11", golden.place(golden.METS, "metsHdr"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, 'ROLE="CREATOR"', 'ROLE="EDITOR"')
    golden.seal_bag(root)
