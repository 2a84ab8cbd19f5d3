from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-012", golden.place(golden.WARC, golden.records()["next.html"]))}


def plant(root: Path) -> None:
    golden.sub(root, golden.LINKS, r"[^\n]*next\.html,captured[^\n]*\n", "")
    golden.edit(root, golden.PREMIS, "captured: 5", "captured: 4")
    golden.seal(root)
