from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP77", golden.place(golden.METS, "doc-1"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<file ID="doc-1"[^>]*>\\s*<FLocat )LOCTYPE="URL"', '\\1LOCTYPE="PURL"')
    golden.seal_bag(root)
