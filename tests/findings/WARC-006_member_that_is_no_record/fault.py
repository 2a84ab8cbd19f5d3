from pathlib import Path

from findings import golden

BASE = "package"
END = (golden.bag() / golden.PACKAGE / golden.WARC).stat().st_size
EXPECTED = {("WARC-006", golden.place(golden.WARC, f"byte={END}"))}


def plant(root: Path) -> None:
    golden.add_record(root, b"GIF89a and whatever follows")
    golden.seal(root)
