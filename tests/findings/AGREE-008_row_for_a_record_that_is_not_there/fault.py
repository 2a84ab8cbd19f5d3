from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-008", golden.place(golden.LINKS, golden.line(golden.LINKS, "next.html,captured")))}


def plant(root: Path) -> None:
    golden.edit(root, golden.LINKS, golden.records()["next.html"], "urn:uuid:none")
    golden.seal(root)
