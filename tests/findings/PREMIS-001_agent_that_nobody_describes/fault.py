from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("PREMIS-001", golden.place(golden.PREMIS, "operator"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.PREMIS, r"(<agentIdentifierValue>)operator", r"\g<1>somebody")
    golden.seal(root)
