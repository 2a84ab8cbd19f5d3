from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-013", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note(Content_Length="999"))
    golden.seal(root)
