from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-009", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note(drop=["WARC-Date"]))
    golden.seal(root)
