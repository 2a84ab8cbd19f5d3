from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-019", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note(drop=["WARC-Block-Digest"]))
    golden.seal(root)
