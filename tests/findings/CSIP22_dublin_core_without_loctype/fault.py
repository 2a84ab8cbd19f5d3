from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("CSIP22", golden.place(golden.METS, "dc")),
    ("XML-004", golden.place(golden.METS, golden.line(golden.METS, 'href="metadata/descriptive/dc.xml"'))),
}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<dmdSec ID="dc"[^>]*>\\s*<mdRef[^>]*?) LOCTYPE="[^"]*"', "\\1")
    golden.seal_bag(root)
