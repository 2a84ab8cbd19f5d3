import os
from pathlib import Path

BASE = "bag"
EXPECTED = {("BAG-005", "data/pipe")}


def plant(root: Path) -> None:
    os.mkfifo(root / "data/pipe")
