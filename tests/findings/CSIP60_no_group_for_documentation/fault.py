from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP60", golden.place(golden.METS, "fileSec"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, 'USE="Documentation"', 'USE="Papers"')
    golden.seal_bag(root)
