from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-003", golden.place(golden.CDXJ, "line=9"))}


def plant(root: Path) -> None:
    path = root / golden.PACKAGE / golden.CDXJ
    path.write_bytes(path.read_bytes() + b"zz\n")
    golden.seal(root)
