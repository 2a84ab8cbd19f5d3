from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("CSIP9", golden.place(golden.METS, "metsHdr")),
    ("XML-004", golden.place(golden.METS, golden.line(golden.METS, "<metsHdr"))),
}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, 'OAISPACKAGETYPE="SIP"', 'OAISPACKAGETYPE="GIFT"')
    golden.seal_bag(root)
