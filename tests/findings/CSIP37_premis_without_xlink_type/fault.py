from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP37", golden.place(golden.METS, "premis"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<digiprovMD ID="premis"[^>]*>\\s*<mdRef[^>]*?) xlink:type="[^"]*"', "\\1")
    golden.seal_bag(root)
