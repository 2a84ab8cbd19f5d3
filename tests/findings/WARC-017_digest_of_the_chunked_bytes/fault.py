import hashlib
from pathlib import Path

from findings import golden
from formats.warc_samples import CHUNKED

BASE = "package"
# a response that no document speaks of, since those of the package are not chunked
EXPECTED = {(code, golden.warc_place(golden.STRAY)) for code in ("WARC-017", "AGREE-002", "AGREE-004", "AGREE-007")}


def plant(root: Path) -> None:
    framed = hashlib.sha256(CHUNKED.partition(b"\r\n\r\n")[2]).hexdigest()
    golden.add_record(
        root,
        golden.note(
            CHUNKED,
            WARC_Type="response",
            Content_Type="application/http;msgtype=response",
            WARC_Payload_Digest=f"sha256:{framed}",
        ),
    )
    golden.seal(root)
