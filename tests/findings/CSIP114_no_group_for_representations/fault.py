from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP114", golden.place(golden.METS, "fileSec"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, 'USE="Representations/rep1"', 'USE="Forms/rep1"')
    golden.seal_bag(root)
