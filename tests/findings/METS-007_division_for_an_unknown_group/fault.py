from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("METS-007", golden.place(golden.METS, "group-of-old"))}


def plant(root: Path) -> None:
    golden.edit(root, golden.METS, 'fptr FILEID="group-schemas"', 'fptr FILEID="group-of-old"')
    golden.seal_bag(root)
