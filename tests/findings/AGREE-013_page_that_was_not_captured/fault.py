from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-013", golden.place(golden.PAGES, "line=3"))}


def plant(root: Path) -> None:
    golden.edit(
        root, golden.PAGES, '"url": "http://harbour.example/next.html"', '"url": "http://harbour.example/other.html"'
    )
    golden.seal(root)
