"""The tree of a log from its files: quickly from the cache of heads, or from every entry where the cache is wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from strongroom.errors import StorageError
from strongroom.model.receipt import Checkpoint
from strongroom.repository.log.lines import bundle_path, entry_of, read_bundle
from strongroom.repository.log.tree import BUNDLE, Tree, head_of, leaf_hash
from strongroom.storage import saying

HEAD_BYTES: Final = 32


def read_tree(log: Path, checkpoint: Checkpoint) -> tuple[Tree, bool]:
    """The tree that a checkpoint signs, and whether the cache of heads is right.

    Raises:
        StorageError: the entries are not those that the checkpoint signs.
    """
    full, rest = divmod(checkpoint.size, BUNDLE)
    tail = hashes(read_bundle(log, full, rest)) if rest else []
    last = hashes(read_bundle(log, full - 1)) if full and not rest else []
    cached = _cached_heads(log, full)
    if cached is not None and (not last or head_of(last) == cached[-1]):
        tree = Tree(cached, tail, leaves=leaves_of(log))
        if tree.head().hex() == checkpoint.root_sha256:
            return tree, True
    heads = [head_of(hashes(read_bundle(log, bundle))) for bundle in range(full)]
    tree = Tree(heads, tail, leaves=leaves_of(log))
    if tree.head().hex() != checkpoint.root_sha256:
        raise StorageError(_why(log, checkpoint, heads, cached))
    return tree, False


def hashes(lines: list[bytes]) -> list[bytes]:
    """The leaf hashes of lines."""
    return [leaf_hash(line) for line in lines]


def leaves_of(log: Path) -> Callable[[int], list[bytes]]:
    """What a `Tree` asks when a proof passes through a full bundle."""
    return lambda bundle: hashes(read_bundle(log, bundle))


def misplaced(lines: list[bytes], first: int) -> tuple[int, int] | None:
    """The first line that says another index than its place has: its place and what it says."""
    for place, line in enumerate(lines, first):
        try:
            index = entry_of(line)[0]
        except ValueError:
            continue
        if index != place:
            return place, index
    return None


def _cached_heads(log: Path, count: int) -> list[bytes] | None:
    with saying("read", log / "roots"):
        try:
            content = (log / "roots").read_bytes()
        except FileNotFoundError:
            content = b""
    if len(content) < count * HEAD_BYTES:
        return None
    return [content[start : start + HEAD_BYTES] for start in range(0, count * HEAD_BYTES, HEAD_BYTES)]


def _why(log: Path, checkpoint: Checkpoint, heads: list[bytes], cached: list[bytes] | None) -> str:
    """What to say of a log whose entries are not those that its checkpoint signs."""
    remedy = "bring the log back from a replica or a backup"
    for bundle in range(-(-checkpoint.size // BUNDLE)):
        count = min(BUNDLE, checkpoint.size - bundle * BUNDLE)
        if found := misplaced(read_bundle(log, bundle, count), bundle * BUNDLE):
            return (
                f"the log was reordered: entry {found[1]} stands at the place of entry {found[0]} in "
                f"{bundle_path(log, bundle)}; {remedy}"
            )
    for bundle, head in enumerate(heads):
        if cached is not None and head != cached[bundle]:
            return f"the log was edited: {bundle_path(log, bundle)} is not what was logged; {remedy}"
    return f"the log was edited: its {checkpoint.size} entries are not those that {log / 'checkpoint'} signs; {remedy}"
