from pathlib import Path

from findings import golden

BASE = "package"
END = (golden.bag() / golden.PACKAGE / golden.WARC).stat().st_size
EXPECTED = {("WARC-002", golden.place(golden.WARC, f"byte={END}"))}


def plant(root: Path) -> None:
    with (root / golden.PACKAGE / golden.WARC).open("ab") as file:
        file.write(b"PK\x03\x04")
    golden.seal(root)
