from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("CSIP18", golden.place(golden.METS, golden.line(golden.METS, '<dmdSec ID="dc"'))),
    ("XML-004", golden.place(golden.METS, golden.line(golden.METS, '<dmdSec ID="dc"'))),
    ("METS-007", golden.place(golden.METS, "dc")),
}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '<dmdSec ID="dc"', "<dmdSec")
    golden.seal_bag(root)
