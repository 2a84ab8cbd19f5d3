from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-001", golden.place(golden.REP_METS, golden.records()["next.html"]))}


def plant(root: Path) -> None:
    golden.sub(
        root, golden.REP_METS, f'(BEGIN="{golden.offset("next.html")}" BETYPE="BYTE" EXTENT=")[0-9]*', r"\g<1>17"
    )
    golden.seal(root)
