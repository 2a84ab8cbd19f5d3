from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP107", golden.place(golden.METS, "div-rep1"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, ' LABEL="Representations/rep1"', "")
    golden.seal_bag(root)
