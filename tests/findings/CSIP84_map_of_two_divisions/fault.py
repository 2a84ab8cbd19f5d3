from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("CSIP84", golden.place(golden.METS, "map-csip")),
    ("XML-004", golden.place(golden.METS, golden.line(golden.METS, "</structMap>"))),
}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, "</structMap>", '<div ID="div-second"/></structMap>')
    golden.seal_bag(root)
