from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP106", golden.place(golden.METS, golden.line(golden.METS, '<div ID="div-rep1"')))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '<div ID="div-rep1"', "<div")
    golden.seal_bag(root)
