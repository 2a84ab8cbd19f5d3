from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("METS-007", golden.place(golden.REP_METS, "record-none"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.REP_METS, r'xlink:to="record-[0-9a-f-]*"', 'xlink:to="record-none"')
    golden.seal(root)
