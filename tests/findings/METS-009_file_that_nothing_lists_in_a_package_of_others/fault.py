from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("METS-009", golden.place("documentation/notes.txt"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, r'( csip:OTHERCONTENTINFORMATIONTYPE=")[^"]*', r"\g<1>Web pages")
    (root / golden.PACKAGE / "documentation/notes.txt").write_text("a note\n", encoding="utf-8")
    golden.seal_bag(root)
