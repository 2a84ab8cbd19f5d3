"""A bag of two files, and what it takes to keep it consistent after a fault was planted in one part of it."""

import hashlib
from pathlib import Path

ALGORITHMS = ("sha256", "sha512")
PAYLOAD = {"data/a.txt": b"first\n", "data/sub/b.txt": b"second\n"}


def make(root: Path) -> None:
    """Make a faultless bag of version 1.0; nothing in it is a finding of any severity."""
    root.mkdir(parents=True)
    put(root, "bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    for name, content in PAYLOAD.items():
        put(root, name, content)
    list_payload(root)


def put(root: Path, name: str, content: bytes | str) -> Path:
    """Write a file, making its folders."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def append(root: Path, name: str, line: str) -> None:
    """Add a line to a tag file, and let the tag manifests vouch for it."""
    put(root, name, (root / name).read_bytes() + line.encode() + b"\n")
    seal(root)


def declare(root: Path, text: bytes | str) -> None:
    """Replace bagit.txt, and let the tag manifests vouch for it."""
    put(root, "bagit.txt", text)
    seal(root)


def as_version(root: Path, version: str) -> None:
    """Let the bag follow an older draft."""
    declare(root, f"BagIt-Version: {version}\nTag-File-Character-Encoding: UTF-8\n")


def line(root: Path, path: str, algorithm: str, *, spelled: str | None = None) -> str:
    """A manifest's line for a file of the bag."""
    return f"{_digest((root / path).read_bytes(), algorithm)}  {spelled or _encoded(path)}"


def list_payload(root: Path, algorithms: tuple[str, ...] = ALGORITHMS) -> None:
    """Write manifests of all regular payload files, bag-info.txt with their Payload-Oxum, and the tag manifests."""
    paths = sorted(_regular(root, "data"))
    for algorithm in algorithms:
        text = "".join(line(root, path, algorithm) + "\n" for path in paths)
        put(root, f"manifest-{algorithm}.txt", text)
    oxum = f"{sum((root / path).stat().st_size for path in paths)}.{len(paths)}"
    put(root, "bag-info.txt", f"Source-Organization: Somewhere\nBagging-Date: 2025-11-03\nPayload-Oxum: {oxum}\n")
    seal(root, algorithms)


def seal(root: Path, algorithms: tuple[str, ...] = ALGORITHMS, *, leave_out: tuple[str, ...] = ()) -> None:
    """Write the tag manifests of all files outside data/ as they now are."""
    paths = [path for path in _regular(root, ".") if not path.startswith(("data/", "tagmanifest-"))]
    for algorithm in algorithms:
        text = "".join(line(root, path, algorithm) + "\n" for path in sorted(paths) if path not in leave_out)
        put(root, f"tagmanifest-{algorithm}.txt", text)


def _regular(root: Path, below: str) -> list[str]:
    found = (root / below).rglob("*")
    return [path.relative_to(root).as_posix() for path in found if path.is_file() and not path.is_symlink()]


def _digest(content: bytes, algorithm: str) -> str:
    return hashlib.new(algorithm, content).hexdigest()


def _encoded(path: str) -> str:
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
