from pathlib import Path

from findings import golden

BASE = "package"
LENGTH = (golden.bag() / golden.PACKAGE / golden.WARC).stat().st_size
EXPECTED = {("BAG-055", golden.place(golden.WARC)), ("WARC-002", golden.place(golden.WARC, f"byte={LENGTH}"))}


def plant(root: Path) -> None:
    # its size, both its digests in PREMIS, METS and datapackage.json are other ones, which is one fault; that what was
    # added is no record is another
    with (root / golden.PACKAGE / golden.WARC).open("ab") as file:
        file.write(b"surplus")
