from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP12", golden.place(golden.METS, "metsHdr"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, 'TYPE="OTHER" OTHERTYPE', 'TYPE="INDIVIDUAL" OTHERTYPE')
    golden.seal_bag(root)
