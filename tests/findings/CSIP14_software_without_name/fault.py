from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP14", golden.place(golden.METS, "metsHdr"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, "<name>strongroom</name>", "<name> </name>")
    golden.seal_bag(root)
