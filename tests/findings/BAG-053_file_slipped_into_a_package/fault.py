from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("BAG-053", golden.place("schemas/extra.xsd"))}


def plant(root: Path) -> None:
    (root / golden.PACKAGE / "schemas/extra.xsd").write_text("<schema/>")
