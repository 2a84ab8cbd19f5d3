from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP28", golden.place(golden.METS, "dc"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<dmdSec ID="dc"[^>]*>\\s*<mdRef[^>]*?) CREATED="[^"]*"', "\\1")
    golden.seal_bag(root)
