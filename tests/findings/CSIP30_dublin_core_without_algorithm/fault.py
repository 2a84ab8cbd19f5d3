from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP30", golden.place(golden.METS, "dc")), ("METS-008", golden.place(golden.METS, "dc"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<dmdSec ID="dc"[^>]*>\\s*<mdRef[^>]*?) CHECKSUMTYPE="[^"]*"', "\\1")
    golden.seal_bag(root)
