from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP15", golden.place(golden.METS, "metsHdr"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, "<note .*?</note>", "")
    golden.seal_bag(root)
