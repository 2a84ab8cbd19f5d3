from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-015", golden.place(golden.SEALED))}


def plant(root: Path) -> None:
    golden.sub(root, golden.SEALED, "sha256:[0-9a-f]{4}", "sha256:0000")
    golden.seal_premis(root)
