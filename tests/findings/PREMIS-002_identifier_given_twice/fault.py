from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("PREMIS-001", golden.place(golden.PREMIS, "operator")),
    ("PREMIS-002", golden.place(golden.PREMIS, "organization")),
}


def plant(root: Path) -> None:
    golden.sub(root, golden.PREMIS, r"(<agentIdentifierValue>)operator", r"\g<1>organization")
    golden.seal(root)
