from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("BAG-055", golden.place("documentation/README.html"))}


def plant(root: Path) -> None:
    # METS and PREMIS vouch for the file too: one fault all the same
    with (root / golden.PACKAGE / "documentation/README.html").open("ab") as file:
        file.write(b"<!-- more -->")
