from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP89", golden.place(golden.METS, golden.line(golden.METS, '<div ID="div-metadata"')))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '<div ID="div-metadata"', "<div")
    golden.seal_bag(root)
