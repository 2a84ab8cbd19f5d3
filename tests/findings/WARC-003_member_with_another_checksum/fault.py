from pathlib import Path

from findings import golden

BASE = "package"
END = (golden.bag() / golden.PACKAGE / golden.WARC).stat().st_size
EXPECTED = {("WARC-003", golden.place(golden.WARC, f"byte={END}"))}


def plant(root: Path) -> None:
    begins = golden.add_record(root, golden.note())
    path = root / golden.PACKAGE / golden.WARC
    content = bytearray(path.read_bytes())
    content[-8] ^= 1
    path.write_bytes(content)
    assert begins == END
    golden.seal(root)
