from pathlib import Path

BASE = "bag"
EXPECTED = {("BAG-004", "data/sub")}


def plant(root: Path) -> None:
    # what lies behind the link is listed; that it is missing is no fault of its own
    (root / "data/sub").rename(root.parent / "elsewhere")
    (root / "data/sub").symlink_to(root.parent / "elsewhere")
