from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("BAG-052", golden.place(golden.CDXJ))}


def plant(root: Path) -> None:
    # the folder is empty only because the file is missing
    (root / golden.PACKAGE / golden.CDXJ).unlink()
