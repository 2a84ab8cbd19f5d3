from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("METS-003", golden.place(golden.METS, "xsd-8"))}


def plant(root: Path) -> None:
    path = root / golden.PACKAGE / "schemas/xml.xsd"
    path.write_bytes(path.read_bytes().replace(b"our reading", b"OUR reading"))
    golden.seal_bag(root)
