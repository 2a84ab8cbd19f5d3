from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP118", golden.place(golden.METS, "div-schemas"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '<fptr FILEID="group-schemas"/>', "<fptr/>")
    golden.seal_bag(root)
