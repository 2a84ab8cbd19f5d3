from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-029", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(
        root,
        golden.note(
            b"GET / HTTP/1.1\r\nCookie: session=1\r\n\r\n",
            WARC_Type="request",
            Content_Type="application/http;msgtype=request",
        ),
    )
    golden.seal(root)
