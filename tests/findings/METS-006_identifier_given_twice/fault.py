from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("METS-006", golden.place(golden.METS, "xsd-7")),
    ("XML-004", golden.place(golden.METS, golden.line(golden.METS, "xsd-8"))),
}


def plant(root: Path) -> None:
    golden.edit(root, golden.METS, 'ID="xsd-8"', 'ID="xsd-7"')
    golden.seal_bag(root)
