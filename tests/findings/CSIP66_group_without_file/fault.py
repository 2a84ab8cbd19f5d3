from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("CSIP66", golden.place(golden.METS, "group-empty"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, "</fileSec>", '<fileGrp ID="group-empty" USE="Documentation"/></fileSec>')
    golden.seal_bag(root)
