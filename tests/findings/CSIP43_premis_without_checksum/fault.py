from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP43", golden.place(golden.METS, "premis"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<digiprovMD ID="premis"[^>]*>\\s*<mdRef[^>]*?) CHECKSUM="[^"]*"', "\\1")
    golden.seal_bag(root)
