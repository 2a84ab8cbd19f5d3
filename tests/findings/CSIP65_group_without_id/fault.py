from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("CSIP65", golden.place(golden.METS, golden.line(golden.METS, '<fileGrp ID="group-documentation"'))),
    ("METS-007", golden.place(golden.METS, "group-documentation")),
}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '<fileGrp ID="group-documentation"', "<fileGrp")
    golden.seal_bag(root)
