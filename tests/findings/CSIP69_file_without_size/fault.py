from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP69", golden.place(golden.METS, "doc-1"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '(<file ID="doc-1"[^>]*?) SIZE="[^"]*"', "\\1")
    golden.seal_bag(root)
