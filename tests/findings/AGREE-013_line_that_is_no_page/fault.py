from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-013", golden.place(golden.PAGES, "line=4"))}


def plant(root: Path) -> None:
    path = root / golden.PACKAGE / golden.PAGES
    path.write_bytes(path.read_bytes() + b"[]\n")
    golden.seal(root)
