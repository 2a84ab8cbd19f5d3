from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP85", golden.place(golden.METS, golden.line(golden.METS, '<div ID="div-package"')))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '<div ID="div-package"', "<div")
    golden.seal_bag(root)
