from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-005", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note() + golden.note(WARC_Record_ID="<urn:x:hidden>"))
    golden.seal(root)
