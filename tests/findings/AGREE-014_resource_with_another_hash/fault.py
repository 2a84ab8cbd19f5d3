from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-014", golden.place(golden.DATAPACKAGE, "indexes/index.cdxj"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.DATAPACKAGE, r'(index.cdxj".*?sha256:)[0-9a-f]{4}', r"\g<1>0000")
    golden.seal_datapackage(root)
    golden.seal_premis(root)
