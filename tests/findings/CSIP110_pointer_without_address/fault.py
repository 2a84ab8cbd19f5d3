from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP110", golden.place(golden.METS, "div-rep1"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<mptr [^>]*?) xlink:href="[^"]*"', "\\1")
    golden.seal_bag(root)
