from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP1", golden.place(golden.METS))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, ' OBJID="[^"]*"', ' OBJID="uuid-other"')
    golden.seal_bag(root)
