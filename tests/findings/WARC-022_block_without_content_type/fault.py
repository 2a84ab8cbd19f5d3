from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-022", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note(drop=["Content-Type"]))
    golden.seal(root)
