from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-003", golden.place(golden.CDXJ, golden.line(golden.CDXJ, "next.html")))}


def plant(root: Path) -> None:
    golden.sub(root, golden.CDXJ, r"""(next\.html", "mime": ")text/html""", r"""\g<1>text/plain""")
    golden.seal(root)
