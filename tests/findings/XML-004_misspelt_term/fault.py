from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("XML-004", golden.place(golden.DC, golden.line(golden.DC, "dcterms:license")))}


def plant(root: Path) -> None:
    golden.sub(root, golden.DC, "dcterms:license(.*?)dcterms:license", r"dcterms:licence\1dcterms:licence")
    golden.seal(root)
