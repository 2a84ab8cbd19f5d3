from pathlib import Path

BASE = "bag"
EXPECTED = {("BAG-004", "data/link")}


def plant(root: Path) -> None:
    (root / "data/link").symlink_to("/etc/hostname")
