from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP10", golden.place(golden.METS, "metsHdr"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, "<agent.*</agent>", "")
    golden.seal_bag(root)
