from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP7", golden.place(golden.METS, "metsHdr"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, ' CREATEDATE="[^"]*"', "")
    golden.seal_bag(root)
