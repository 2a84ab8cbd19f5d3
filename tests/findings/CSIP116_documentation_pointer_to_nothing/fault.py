from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP116", golden.place(golden.METS, "div-documentation"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '<fptr FILEID="group-documentation"/>', "<fptr/>")
    golden.seal_bag(root)
