from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-002", golden.place(golden.WARC, golden.records()["next.html"]))}


def plant(root: Path) -> None:
    golden.sub(root, golden.REP_METS, r"<structLink>.*</structLink>", "")
    golden.sub(root, golden.REP_METS, f'<div ID="record-[^>]*{golden.records()["next.html"]}".*?</div>', "")
    golden.seal(root)
