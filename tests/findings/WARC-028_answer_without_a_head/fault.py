from pathlib import Path

from findings import golden
from formats.warc_samples import GARBAGE

BASE = "package"
# a response that no document speaks of, since those of the package all have a head
EXPECTED = {(code, golden.warc_place(golden.STRAY)) for code in ("WARC-028", "AGREE-002", "AGREE-004", "AGREE-007")}


def plant(root: Path) -> None:
    golden.add_record(
        root, golden.note(GARBAGE, WARC_Type="response", Content_Type="application/http;msgtype=response")
    )
    golden.seal(root)
