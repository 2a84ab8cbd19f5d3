from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-014", golden.place(golden.CDXJ))}


def plant(root: Path) -> None:
    golden.sub(root, golden.DATAPACKAGE, r'\{\s*"name": "index.cdxj".*?\},\s*', "")
    golden.seal(root)
