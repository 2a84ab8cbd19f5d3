from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-010", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note(WARC_Date="2025-11-03T08:00:00Z\r\nWARC-Date: 2025-11-04T08:00:00Z"))
    golden.seal(root)
