from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-001", golden.place(golden.WARC))}


def plant(root: Path) -> None:
    (root / golden.PACKAGE / golden.WARC).write_bytes(b"")
    golden.seal(root)
