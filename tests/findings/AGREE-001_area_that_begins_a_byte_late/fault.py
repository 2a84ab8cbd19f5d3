from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-001", golden.place(golden.REP_METS, golden.records()["next.html"]))}


def plant(root: Path) -> None:
    golden.edit(
        root, golden.REP_METS, f'BEGIN="{golden.offset("next.html")}"', f'BEGIN="{golden.offset("next.html") + 1}"'
    )
    golden.seal(root)
