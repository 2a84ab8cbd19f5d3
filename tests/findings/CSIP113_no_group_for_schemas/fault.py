from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP113", golden.place(golden.METS, "fileSec"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, 'USE="Schemas"', 'USE="Grammars"')
    golden.seal_bag(root)
