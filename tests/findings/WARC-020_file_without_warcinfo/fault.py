from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-020", golden.warc_place("urn:uuid:00000000-0000-4000-8000-000000000005"))}


def plant(root: Path) -> None:
    golden.change_record(root, 0, golden.replacing(b"WARC-Type: warcinfo", b"WARC-Type: metadata"))
    golden.seal(root)
