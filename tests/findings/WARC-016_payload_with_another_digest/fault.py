import re
from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-016", golden.warc_place(golden.records()["next.html"]))}


def plant(root: Path) -> None:
    golden.change_record(
        root,
        golden.offset("next.html"),
        lambda record: re.sub(rb"(Payload-Digest: sha256:)\w{64}", rb"\g<1>" + b"0" * 64, record),
    )
    golden.seal(root)
