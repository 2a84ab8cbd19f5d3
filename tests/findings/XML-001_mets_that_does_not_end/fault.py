from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("XML-001", golden.place(golden.METS, golden.line(golden.METS, "</mets>")))}


def plant(root: Path) -> None:
    golden.edit(root, golden.METS, "</mets>", "</met>")
    golden.seal_bag(root)
