from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("CSIP46", golden.place(golden.METS, golden.RIGHTS_LINE)),
    ("XML-004", golden.place(golden.METS, golden.RIGHTS_LINE)),
}


def plant(root: Path) -> None:
    golden.with_rights(root)
    golden.sub(root, golden.METS, '<rightsMD ID="rights"', "<rightsMD")
    golden.seal_bag(root)
