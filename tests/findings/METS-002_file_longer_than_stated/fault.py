from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("METS-002", golden.place(golden.METS, "xsd-8")),
    ("METS-003", golden.place(golden.METS, "xsd-8")),
}


def plant(root: Path) -> None:
    path = root / golden.PACKAGE / "schemas/xml.xsd"
    path.write_bytes(path.read_bytes() + b"\n")
    golden.seal_bag(root)
