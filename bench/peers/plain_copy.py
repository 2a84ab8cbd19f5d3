"""Copy bags, hash what was read with the algorithms of their manifests, fsync every file and folder: nothing else.

    python plain_copy.py TARGET [--read-back] BAG…

It is the least that taking bags in can cost: no structure is checked, no version is made, nobody is told. Files are
read once; large ones are hashed by two threads, and bags are shared out among as many processes as there are
processors. With --read-back every copy is read again from the disk and hashed, as a repository does that believes only
what it reads.
"""

import hashlib
import os
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

PIECE = 1 << 20
LARGE = 4 << 20


def algorithms(bag: Path) -> list[str]:
    """What the payload manifests are named after."""
    return sorted(path.stem.removeprefix("manifest-") for path in bag.glob("manifest-*.txt"))


def copy(source: Path, target: Path, names: list[str], pool: ThreadPoolExecutor) -> list[str]:
    """Read once, hash, write, fsync."""
    hashers = [hashlib.new(name) for name in names]
    with source.open("rb", buffering=0) as read, target.open("wb", buffering=0) as write:
        large = os.fstat(read.fileno()).st_size >= LARGE
        while piece := read.read(PIECE):
            if large:
                waiting = [pool.submit(hasher.update, piece) for hasher in hashers]
                write.write(piece)
                for one in waiting:
                    one.result()
            else:
                for hasher in hashers:
                    hasher.update(piece)
                write.write(piece)
        os.fsync(write.fileno())
    return [hasher.hexdigest() for hasher in hashers]


def read_back(path: Path) -> str:
    """Read from the disk and hash."""
    hasher = hashlib.sha512()
    with path.open("rb", buffering=0) as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := file.read(PIECE):
            hasher.update(piece)
    return hasher.hexdigest()


def sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(descriptor)
    os.close(descriptor)


def take(bag: Path, *, target: Path, again: bool) -> None:
    names = algorithms(bag)
    root = target / bag.name
    with ThreadPoolExecutor(2) as pool:
        for folder, _, files in os.walk(bag):
            here = root / Path(folder).relative_to(bag)
            here.mkdir(parents=True)
            for name in files:
                copy(Path(folder, name), here / name, names, pool)
    for folder, _, files in os.walk(root):
        if again:
            for name in files:
                read_back(Path(folder, name))
        sync_folder(Path(folder))


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--read-back"]
    target, bags = Path(words[0]), [Path(word) for word in words[1:]]
    if len(bags) == 1 and bags[0].name == "-":
        bags = [Path(line) for line in sys.stdin.read().splitlines()]
    work = partial(take, target=target, again="--read-back" in sys.argv)
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        list(pool.map(work, bags, chunksize=8))
    sync_folder(target)


if __name__ == "__main__":
    main()
