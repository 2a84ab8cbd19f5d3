from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP98", golden.place(golden.METS, golden.line(golden.METS, '<div ID="div-schemas"')))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '<div ID="div-schemas"', "<div")
    golden.seal_bag(root)
