from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP88", golden.place(golden.METS, "div-package"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, 'LABEL="Metadata"', 'LABEL="Descriptions"')
    golden.seal_bag(root)
