from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("CSIP64", golden.place(golden.METS, "group-documentation")),
    ("CSIP60", golden.place(golden.METS, "fileSec")),
}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<fileGrp ID="group-documentation") USE="Documentation"', "\\1")
    golden.seal_bag(root)
