from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("CSIP33", golden.place(golden.METS, golden.line(golden.METS, '<digiprovMD ID="premis"'))),
    ("XML-004", golden.place(golden.METS, golden.line(golden.METS, '<digiprovMD ID="premis"'))),
    ("METS-007", golden.place(golden.METS, "premis")),
}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, '<digiprovMD ID="premis"', "<digiprovMD")
    golden.seal_bag(root)
