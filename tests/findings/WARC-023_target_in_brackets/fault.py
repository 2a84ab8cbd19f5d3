from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("WARC-023", golden.warc_place(golden.STRAY))}


def plant(root: Path) -> None:
    golden.add_record(root, golden.note(WARC_Target_URI="<http://harbour.example/article.html>"))
    golden.seal(root)
