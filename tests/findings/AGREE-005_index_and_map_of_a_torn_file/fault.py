from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("AGREE-005", golden.place(golden.REP_METS, golden.records()["gone.html"])),
    ("WARC-004", golden.place(golden.WARC, f"byte={golden.offset('gone.html')}")),
}


def plant(root: Path) -> None:
    golden.tear(root, "gone.html")
    golden.sub(root, golden.CDXJ, r'(gone\.html", .*?"length": ")\d+', r"\g<1>7")
    golden.seal(root)
