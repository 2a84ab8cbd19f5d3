from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("BAG-004", golden.place(golden.LINKS))}


def plant(root: Path) -> None:
    path = root / golden.PACKAGE / golden.LINKS
    path.rename(root.parent / "links.csv")
    path.symlink_to(root.parent / "links.csv")
