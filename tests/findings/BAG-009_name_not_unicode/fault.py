import os
from pathlib import Path

BASE = "bag"
EXPECTED = {("BAG-009", "data/caf\\udce9.txt")}


def plant(root: Path) -> None:
    (root / os.fsdecode(b"data/caf\xe9.txt")).write_text("coffee")
