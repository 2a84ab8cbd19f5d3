from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("AGREE-009", golden.place(golden.LINKS, "line=8")),
    ("AGREE-011", golden.place(golden.PREMIS)),
}


def plant(root: Path) -> None:
    golden.sub(root, golden.LINKS, r"([^\n]*next\.html,captured[^\n]*\n)", r"\1\1")
    golden.seal(root)
