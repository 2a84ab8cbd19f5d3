from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("CSIP39", golden.place(golden.METS, "premis")),
    ("XML-004", golden.place(golden.METS, golden.line(golden.METS, 'href="metadata/preservation/premis.xml"'))),
}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<digiprovMD ID="premis"[^>]*>\\s*<mdRef[^>]*?) MDTYPE="[^"]*"', "\\1")
    golden.seal_bag(root)
