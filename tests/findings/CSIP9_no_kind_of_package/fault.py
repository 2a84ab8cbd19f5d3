from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP9", golden.place(golden.METS, "metsHdr"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, ' csip:OAISPACKAGETYPE="SIP"', "")
    golden.seal_bag(root)
