from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("AGREE-003", golden.place(golden.CDXJ, golden.line(golden.CDXJ, "next.html"))),
    ("AGREE-004", golden.place(golden.WARC, golden.records()["next.html"])),
}


def plant(root: Path) -> None:
    golden.edit(root, golden.CDXJ, f'"offset": "{golden.offset("next.html")}"', '"offset": "1"')
    golden.seal(root)
