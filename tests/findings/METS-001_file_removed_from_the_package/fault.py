from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("METS-001", golden.place(golden.METS, "xsd-8"))}


def plant(root: Path) -> None:
    (root / golden.PACKAGE / "schemas/xml.xsd").unlink()
    golden.seal_bag(root)
