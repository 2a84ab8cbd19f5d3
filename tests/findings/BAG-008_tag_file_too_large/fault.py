from pathlib import Path

from findings import tiny_bag
from strongroom.settings import VerifySettings

BASE = "bag"
SETTINGS = VerifySettings(max_tag_file_bytes=1000)
EXPECTED = {("BAG-008", "bag-info.txt")}


def plant(root: Path) -> None:
    tiny_bag.append(root, "bag-info.txt", "Note: " + 2000 * "x")
