from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("XML-004", golden.place(golden.DC, golden.line(golden.DC, "dcterms:dateAccepted")))}


def plant(root: Path) -> None:
    golden.sub(root, golden.DC, r"(<dcterms:dateAccepted[^>]*>)\d{4}-\d\d", r"\g<1>2025-13")
    golden.seal(root)
