from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP112", golden.place(golden.METS, "div-rep1"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<mptr )LOCTYPE="URL"', '\\1LOCTYPE="PURL"')
    golden.seal_bag(root)
