from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP90", golden.place(golden.METS, "div-metadata"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, 'LABEL="Metadata"', 'LABEL="metadata"')
    golden.seal_bag(root)
