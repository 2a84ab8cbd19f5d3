from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-015", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note(WARC_Block_Digest="sha256:" + "0" * 64))
    golden.seal(root)
