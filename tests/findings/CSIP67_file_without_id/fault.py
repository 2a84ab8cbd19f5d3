from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("CSIP67", golden.place(golden.METS, golden.line(golden.METS, '<file ID="doc-1"'))),
    ("XML-004", golden.place(golden.METS, golden.line(golden.METS, '<file ID="doc-1"'))),
}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '<file ID="doc-1"', "<file")
    golden.seal_bag(root)
