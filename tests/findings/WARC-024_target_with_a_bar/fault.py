from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-024", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note(WARC_Target_URI="http://harbour.example/a|b"))
    golden.seal(root)
