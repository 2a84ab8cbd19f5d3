from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP72", golden.place(golden.METS, "doc-1")), ("METS-008", golden.place(golden.METS, "doc-1"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<file ID="doc-1"[^>]*?) CHECKSUMTYPE="[^"]*"', "\\1")
    golden.seal_bag(root)
