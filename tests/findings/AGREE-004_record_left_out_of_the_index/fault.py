from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-004", golden.place(golden.WARC, golden.records()["style.css"]))}


def plant(root: Path) -> None:
    golden.sub(root, golden.CDXJ, r"[^\n]*style\.css[^\n]*\n", "")
    golden.seal(root)
