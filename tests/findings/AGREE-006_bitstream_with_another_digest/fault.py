from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-006", golden.place(golden.RECORDS, golden.records()["next.html"]))}


def plant(root: Path) -> None:
    golden.sub(root, golden.RECORDS, f"({golden.records()['next.html']}<.*?<messageDigest>)[0-9a-f]{{4}}", r"\g<1>0000")
    golden.seal(root)
