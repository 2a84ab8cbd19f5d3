from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP59", golden.place(golden.METS, "fileSec"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '<fileSec ID="files"', "<fileSec")
    golden.seal_bag(root)
