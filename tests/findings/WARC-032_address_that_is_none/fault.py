from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-032", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note(WARC_IP_Address="999.0.2.1"))
    golden.seal(root)
