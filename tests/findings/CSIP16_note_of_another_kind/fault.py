from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP16", golden.place(golden.METS, "metsHdr"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, 'NOTETYPE="SOFTWARE VERSION"', 'NOTETYPE="IDENTIFICATIONCODE"')
    golden.seal_bag(root)
