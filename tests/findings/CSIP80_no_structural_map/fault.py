from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("CSIP80", golden.place(golden.METS)),
    ("XML-004", golden.place(golden.METS, golden.line(golden.METS, "<mets "))),
}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, "<structMap.*</structMap>", "")
    golden.seal_bag(root)
