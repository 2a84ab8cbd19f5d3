from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("METS-004", golden.place("documentation/notes.txt"))}


def plant(root: Path) -> None:
    (root / golden.PACKAGE / "documentation/notes.txt").write_text("a note\n", encoding="utf-8")
    golden.seal_bag(root)
