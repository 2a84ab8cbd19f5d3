from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP79", golden.place(golden.METS, "doc-1")), ("METS-004", golden.place("documentation/README.html"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<file ID="doc-1"[^>]*>\\s*<FLocat [^>]*?) xlink:href="[^"]*"', "\\1")
    golden.seal_bag(root)
