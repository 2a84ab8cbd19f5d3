from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP70", golden.place(golden.METS, "doc-1"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<file ID="doc-1"[^>]*?) CREATED="[^"]*"', "\\1")
    golden.seal_bag(root)
