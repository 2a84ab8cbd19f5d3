from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-016", golden.place(golden.DESCRIPTION))}


def plant(root: Path) -> None:
    golden.sub(root, golden.DESCRIPTION, '"term"', '"terrn"')
    golden.seal(root)
