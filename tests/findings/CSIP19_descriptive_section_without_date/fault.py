from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP19", golden.place(golden.METS, "dc"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<dmdSec ID="dc") CREATED="[^"]*"', "\\1")
    golden.seal_bag(root)
