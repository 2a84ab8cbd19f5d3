from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("PREMIS-003", golden.place(golden.RECORDS, f"{golden.ID}/{golden.WARC}"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.RECORDS, r"<size>\d+", "<size>7")
    golden.seal_mets(root)
