from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP13", golden.place(golden.METS, "metsHdr"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, 'OTHERTYPE="SOFTWARE"', 'OTHERTYPE="HARDWARE"')
    golden.seal_bag(root)
