from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-008", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note(version="WARC/2.0"))
    golden.seal(root)
