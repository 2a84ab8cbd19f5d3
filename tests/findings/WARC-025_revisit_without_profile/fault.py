import re
from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-025", golden.warc_place(golden.records()["same.png"]))}


def plant(root: Path) -> None:
    golden.change_record(
        root, golden.offset("same.png"), lambda record: re.sub(rb"WARC-Profile: [^\r]*\r\n", b"", record)
    )
    golden.seal(root)
