from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-062", "run-me.sh")}


def plant(root: Path) -> None:
    tiny_bag.put(root, "run-me.sh", "rm -r .")
