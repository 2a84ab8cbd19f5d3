from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("METS-004", golden.place("schemas/xml.xsd")),
    ("METS-005", golden.place(golden.METS, "xsd-8")),
}


def plant(root: Path) -> None:
    golden.edit(root, golden.METS, 'xlink:href="schemas/xml.xsd"', 'xlink:href="../../../etc/xml.xsd"')
    golden.seal_bag(root)
