from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP108", golden.place(golden.METS, "div-rep1"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, ' xlink:title="group-rep1"', "")
    golden.seal_bag(root)
