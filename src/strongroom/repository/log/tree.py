"""The Merkle tree of RFC 9162 section 2.1 over bundles of 64 leaves: heads and proofs, never a whole log in memory.

What is held are the heads of the full bundles and of the complete trees above them (about one byte a leaf), and the
leaves of the bundle that is not full yet. Other leaves are asked for when a proof passes through their bundle.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

BUNDLE: Final = 64
"""Leaves in a full bundle; a power of two, so that a bundle is a complete tree of its own."""

EMPTY: Final = hashlib.sha256().digest()
"""The head of a tree without leaves (RFC 9162 section 2.1.1)."""

_BUNDLE_LEVEL: Final = BUNDLE.bit_length() - 1


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def head_of(hashes: Sequence[bytes]) -> bytes:
    """The head over some leaf hashes.

    >>> head_of([]) == EMPTY
    True
    """
    if not hashes:
        return EMPTY
    level = list(hashes)
    while len(level) > 1:
        # a last one without a sibling goes up as it is: the left subtree is then the largest complete one
        odd = [level[-1]] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd
    return level[0]


class Tree:
    """A tree of `size` leaves.

    Attributes:
        size: leaves.
        heads: of the full bundles, in order.
    """

    def __init__(self, heads: Iterable[bytes], tail: Iterable[bytes], *, leaves: Callable[[int], list[bytes]]) -> None:
        """Build the trees above the bundles.

        Args:
            heads: of the full bundles.
            tail: hashes of the leaves behind them, fewer than 64.
            leaves: gives the 64 leaf hashes of a full bundle by its number; they must have its head.
        """
        self.heads = list(heads)
        self._tail = list(tail)
        self._leaves = leaves
        self.size = len(self.heads) * BUNDLE + len(self._tail)
        self._levels = [self.heads]
        while len(level := self._levels[-1]) > 1:
            pairs = zip(level[::2], level[1::2], strict=False)
            self._levels.append([hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs])

    @property
    def tail(self) -> tuple[bytes, ...]:
        """Hashes of the leaves behind the last full bundle."""
        return tuple(self._tail)

    def head(self, size: int | None = None) -> bytes:
        """The head over the first `size` leaves; over all when absent."""
        size = self.size if size is None else size
        return self._head(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The hashes that lead from a leaf to the head, from the leaf up (RFC 9162 section 2.1.3.1)."""
        size = self.size if size is None else size
        if not 0 <= index < size <= self.size:
            raise IndexError(f"no leaf {index} among {size} of {self.size}")
        start, stop = 0, size
        path: list[bytes] = []
        while stop - start > 1:
            middle = start + _split(stop - start)
            if index < middle:
                path.append(self._head(middle, stop))
                stop = middle
            else:
                path.append(self._head(start, middle))
                start = middle
        return tuple(reversed(path))

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """The hashes that prove the first `old` leaves a prefix of the first `new` (RFC 9162 section 2.1.4.1)."""
        new = self.size if new is None else new
        if not 0 <= old <= new <= self.size:
            raise IndexError(f"no leaves {old} and {new} among {self.size}")
        if old in {0, new}:
            return ()
        start, stop, known = 0, new, True
        path: list[bytes] = []
        while old != stop:
            middle = start + _split(stop - start)
            if old <= middle:
                path.append(self._head(middle, stop))
                stop = middle
            else:
                path.append(self._head(start, middle))
                start, known = middle, False
        if not known:
            path.append(self._head(start, stop))
        return tuple(reversed(path))

    def _head(self, start: int, stop: int) -> bytes:
        length = stop - start
        level = length.bit_length() - 1 - _BUNDLE_LEVEL
        if level >= 0 and length == BUNDLE << level and start % length == 0 and stop <= len(self.heads) * BUNDLE:
            return self._levels[level][start // length]
        bundle = start // BUNDLE
        if bundle == (stop - 1) // BUNDLE:
            leaves = self._tail if bundle == len(self.heads) else self._leaves(bundle)
            return head_of(leaves[start - bundle * BUNDLE : stop - bundle * BUNDLE])
        middle = start + _split(length)
        return node_hash(self._head(start, middle), self._head(middle, stop))


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes) -> bool:
    """Whether a path leads from a leaf hash to a head (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(sibling, found)
            while not number & 1 and number:
                number >>= 1
                last >>= 1
        else:
            found = node_hash(found, sibling)
        number >>= 1
        last >>= 1
    return last == 0 and found == head


def is_consistent(old: int, old_head: bytes, new: int, new_head: bytes, path: Sequence[bytes]) -> bool:
    """Whether a path proves one head a prefix of another (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == 0:
        return not path and old_head == EMPTY
    if old == new:
        return not path and old_head == new_head
    number, last = old - 1, new - 1
    while number & 1:
        number >>= 1
        last >>= 1
    rest = list(path)
    if number:
        if not rest:
            return False
        older = newer = rest.pop(0)
    else:
        older = newer = old_head
    for sibling in rest:
        if last == 0:
            return False
        if number & 1 or number == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            while not number & 1 and number:
                number >>= 1
                last >>= 1
        else:
            newer = node_hash(newer, sibling)
        number >>= 1
        last >>= 1
    return last == 0 and older == old_head and newer == new_head


def _split(length: int) -> int:
    """The largest power of two below `length`, which is at least 2."""
    return 1 << ((length - 1).bit_length() - 1)
