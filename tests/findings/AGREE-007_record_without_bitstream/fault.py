from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("AGREE-007", golden.place(golden.WARC, golden.records()["next.html"]))}


def plant(root: Path) -> None:
    golden.sub(
        root,
        golden.RECORDS,
        f'<object xsi:type="bitstream">(?:(?!</object>).)*{golden.records()["next.html"]}.*?</object>',
        "",
    )
    golden.seal(root)
