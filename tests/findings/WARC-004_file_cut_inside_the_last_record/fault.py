from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-004", golden.place(golden.WARC, f"byte={golden.offset('gone.html')}"))}


def plant(root: Path) -> None:
    golden.tear(root, "gone.html")
    golden.seal(root)
