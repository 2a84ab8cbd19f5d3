"""Verify bags with both algorithms: strongroom, bagit-python with one process, and openssl with one process a digest.

    python bench/verifying.py [--megabytes 400] [--rounds 3] [--folder DIR]

The three run in turn, so that all meet the same machine; medians of wall seconds are printed, and our share of
bagit-python's (goal: at most 0.6) and of openssl's (goal: at most 1.15). Bags lie in the page cache: it is the hashing
that is measured, not the disk. openssl is given the same processors: it hashes everything twice, in two processes.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from strongroom.formats.bag.tag_files import payload_oxum, write_tag_files
from strongroom.model.finding import Accepted
from strongroom.stages.verify import verify
from strongroom.storage import write_file

SHAPES = {"one large file": 1, "eight files": 8, "files of 25 kB": None}


def make_bag(root: Path, megabytes: int, files: int | None) -> None:
    """A bag of random bytes, in so many files; None: in files of 25 kB."""
    total = megabytes * 10**6
    count = files or total // 25_000
    payload = {}
    for number in range(count):
        name = f"data/{number % 100:02}/{number}.bin"
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        payload[name] = write_file(root / name, pieces(total // count))
    info = [
        ("Bagging-Date", "2025-11-03"),
        ("Payload-Oxum", str(payload_oxum(payload.values()))),
    ]
    write_tag_files(root, payload, info, {})


def pieces(length: int) -> Iterator[bytes]:
    """Random bytes in pieces."""
    while length > 0:
        yield os.urandom(min(length, 1 << 20))
        length -= 1 << 20


def ours(root: Path) -> None:
    assert isinstance(verify(root), Accepted)


def bagit_python(root: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", "--quiet", str(root)], check=False, capture_output=True
    )
    assert run.returncode == 0, run.stderr


def openssl(root: Path) -> None:
    command = f"find {root} -type f -print0 | xargs -0 openssl dgst -r "
    both = [
        subprocess.Popen(command + option, shell=True, stdout=subprocess.DEVNULL) for option in ("-sha256", "-sha512")
    ]
    assert [one.wait() for one in both] == [0, 0]


def seconds(work: Callable[[Path], None], root: Path) -> float:
    start = time.perf_counter()
    work(root)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the bags are made (default: the system's temporary folder)")
    arguments = parser.parse_args()
    for shape, files in SHAPES.items():
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            root = Path(folder) / "bag"
            make_bag(root, arguments.megabytes, files)
            times: dict[str, list[float]] = {"ours": [], "bagit": [], "openssl": []}
            for _ in range(arguments.rounds):
                for name, work in (("ours", ours), ("bagit", bagit_python), ("openssl", openssl)):
                    times[name].append(seconds(work, root))
            middle = {name: statistics.median(values) for name, values in times.items()}
            print(
                f"{shape:16} {arguments.megabytes} MB: strongroom {middle['ours']:.2f} s, "
                f"bagit-python {middle['bagit']:.2f} s ({middle['ours'] / middle['bagit']:.2f}), "
                f"openssl {middle['openssl']:.2f} s ({middle['ours'] / middle['openssl']:.2f})"
            )
            shutil.rmtree(root)


if __name__ == "__main__":
    main()
