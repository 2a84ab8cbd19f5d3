from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-018", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note(WARC_Block_Digest="xxh3:0123456789abcdef"))
    golden.seal(root)
