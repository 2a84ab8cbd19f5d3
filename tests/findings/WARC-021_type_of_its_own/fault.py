from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-021", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note(WARC_Type="screenshot"))
    golden.seal(root)
