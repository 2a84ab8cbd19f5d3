import os
from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("BAG-014", golden.place(golden.WARC))}


def plant(root: Path) -> None:
    os.truncate(root / golden.PACKAGE / golden.WARC, 2**40)
