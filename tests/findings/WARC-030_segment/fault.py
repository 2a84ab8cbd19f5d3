from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-030", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note(WARC_Segment_Number="1"))
    golden.seal(root)
