from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-003", golden.place(golden.CDXJ, golden.line(golden.CDXJ, "next.html")))}


def plant(root: Path) -> None:
    golden.sub(root, golden.CDXJ, r"""\)/next\.html""", r"""~/next.html""")
    golden.seal(root)
