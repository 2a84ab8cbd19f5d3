from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-007", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note(WARC_Truncated="length\r\nno field here"))
    golden.seal(root)
