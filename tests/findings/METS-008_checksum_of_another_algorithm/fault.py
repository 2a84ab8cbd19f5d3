from pathlib import Path

from findings import golden

BASE = "package"
EXPECTED = {("METS-008", golden.place(golden.METS, "xsd-8"))}


def plant(root: Path) -> None:
    golden.sub(root, golden.METS, r'(ID="xsd-8".*?CHECKSUM=")[0-9a-f]*(" CHECKSUMTYPE=")SHA-256', r"\g<1>abcd\g<2>MD5")
    golden.seal_bag(root)
