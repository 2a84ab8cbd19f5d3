from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {
    ("AGREE-006", golden.place(golden.RECORDS, "urn:uuid:none")),
    ("AGREE-007", golden.place(golden.WARC, golden.records()["next.html"])),
}


def plant(root: Path) -> None:
    golden.sub(
        root,
        golden.RECORDS,
        f"<objectIdentifierValue>{golden.records()['next.html']}",
        "<objectIdentifierValue>urn:uuid:none",
    )
    golden.seal(root)
