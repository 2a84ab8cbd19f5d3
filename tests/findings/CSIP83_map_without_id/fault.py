from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP83", golden.place(golden.METS, golden.line(golden.METS, "<structMap")))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '<structMap ID="map-csip"', "<structMap")
    golden.seal_bag(root)
