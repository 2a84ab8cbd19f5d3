import gzip
from pathlib import Path

from findings import golden

BASE = "package"
END = (golden.bag() / golden.PACKAGE / golden.WARC).stat().st_size
EXPECTED = {("WARC-012", golden.place(golden.WARC, f"byte={END + len(gzip.compress(golden.note(), mtime=0))}"))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note())
    golden.add_record(root, golden.note())
    golden.seal(root)
