from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP49", golden.place(golden.METS, "rights")), ("XML-004", golden.place(golden.METS, golden.RIGHTS_LINE))}


def plant(root: Path) -> None:
    golden.with_rights(root)
    golden.sub(root, golden.METS, '(<rightsMD [^>]*><mdRef[^>]*?) LOCTYPE="[^"]*"', "\\1")
    golden.seal_bag(root)
