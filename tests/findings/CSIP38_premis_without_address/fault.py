from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP38", golden.place(golden.METS, "premis")), ("METS-004", golden.place(golden.PREMIS))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<digiprovMD ID="premis"[^>]*>\\s*<mdRef[^>]*?) xlink:href="[^"]*"', "\\1")
    golden.seal_bag(root)
