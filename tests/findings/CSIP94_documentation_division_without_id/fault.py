from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP94", golden.place(golden.METS, golden.line(golden.METS, '<div ID="div-documentation"')))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '<div ID="div-documentation"', "<div")
    golden.seal_bag(root)
