from pathlib import Path

from findings import tiny_bag

BASE = "bag"
EXPECTED = {("BAG-044", "manifest-sha256.txt#line=3")}


def plant(root: Path) -> None:
    for algorithm in tiny_bag.ALGORITHMS:
        digest = tiny_bag.line(root, "data/a.txt", algorithm, spelled="../../etc/passwd")
        tiny_bag.append(root, f"manifest-{algorithm}.txt", digest)
