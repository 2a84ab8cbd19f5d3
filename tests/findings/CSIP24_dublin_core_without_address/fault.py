from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP24", golden.place(golden.METS, "dc")), ("METS-004", golden.place(golden.DC))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<dmdSec ID="dc"[^>]*>\\s*<mdRef[^>]*?) xlink:href="[^"]*"', "\\1")
    golden.seal_bag(root)
