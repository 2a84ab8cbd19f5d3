"""Digests of many files at once: every file is read once, and every processor has something to do.

Small files are shared out among threads in groups; of a large file the slowest digest runs in one thread while another
takes the others, if any, and reads ahead. `hashlib` and reads let other threads run meanwhile.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from strongroom.formats.bag.manifest import DIGEST_BYTES
from strongroom.formats.bag.tree import Tree

PIECE_BYTES = 1 << 20
_LARGE_PIECE_BYTES = 4 << 20  # of smaller ones, two threads that wait for each other lose more than they gain
_LARGE_BYTES = 16 << 20
_GROUP_BYTES = 8 << 20
_GROUP_FILES = 64
# by cost, dearest first, as OpenSSL runs them on processors with SHA instructions
_COST = ("md5", "sha512", "sha384", "blake2s", "blake2b", "sha3_512", "sha3_384", "sha3_256", "sha3_224")

Hasher: TypeAlias = Any  # hashlib's own type has no public name
# its named constructors cost a third of hashlib.new
_HASHERS: Mapping[str, Callable[..., Hasher]] = {name: getattr(hashlib, name) for name in DIGEST_BYTES}


@dataclass(frozen=True, slots=True)
class Task:
    """A file to be digested, its length as far as is known, and the algorithms, as `hashlib` spells them."""

    path: str
    length_bytes: int
    algorithms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digests:
    """What was read: the bytes' number and digests, by algorithm.

    Of a file that is longer than its task says, one byte more than that is read, and no more: it may be growing still.
    """

    path: str
    length_bytes: int
    by_algorithm: dict[str, bytes]


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def digests(tree: Tree, tasks: Iterable[Task], *, threads: int | None = None) -> Iterator[Digests]:
    """Read every file once and yield its digests, largest files first.

    Raises:
        StorageError: a file cannot be read, or is no longer a regular file.
    """
    ordered = sorted(tasks, key=lambda task: task.length_bytes >= _LARGE_BYTES, reverse=True)
    large = [task for task in ordered if task.length_bytes >= _LARGE_BYTES]
    large.sort(key=lambda task: (-task.length_bytes, task.path))
    groups = [[task] for task in large] + list(_groups(ordered[len(large) :]))
    stop = threading.Event()
    if len(groups) <= 1 and not large:  # to start threads would take longer
        for group in groups:
            yield from _group(tree, group, None, stop)
        return
    width = threads or processors()
    with ThreadPoolExecutor(width, "digest") as pool, ThreadPoolExecutor(width, "digest-ahead") as ahead:
        pending: list[Future[list[Digests]]] = []
        try:
            waiting = iter(groups)
            # a bounded number of groups under way, so that results do not pile up
            pending = [pool.submit(_group, tree, group, ahead, stop) for group in islice(waiting, 4 * width)]
            while pending:
                yield from pending.pop(0).result()
                pending += [pool.submit(_group, tree, group, ahead, stop) for group in islice(waiting, 1)]
        finally:
            stop.set()
            for future in pending:
                future.cancel()


def _groups(tasks: Sequence[Task]) -> Iterator[list[Task]]:
    group: list[Task] = []
    length = 0
    for task in tasks:
        group.append(task)
        length += task.length_bytes
        if length >= _GROUP_BYTES or len(group) >= _GROUP_FILES:
            yield group
            group, length = [], 0
    if group:
        yield group


def _group(tree: Tree, group: list[Task], ahead: ThreadPoolExecutor | None, stop: threading.Event) -> list[Digests]:
    done = []
    for task in group:
        if stop.is_set():
            break
        hashers = [_HASHERS[name](usedforsecurity=False) for name in task.algorithms]
        descriptor, _ = tree.descriptor(task.path)
        try:
            if ahead is not None and task.length_bytes >= _LARGE_BYTES:
                length = _read_split(descriptor, hashers, task.length_bytes + 1, ahead, stop)
            else:
                length = _read(descriptor, hashers, task.length_bytes + 1, stop)
        finally:
            os.close(descriptor)
        values = {name: hasher.digest() for name, hasher in zip(task.algorithms, hashers, strict=True)}
        done.append(Digests(task.path, length, values))
    return done


def _read(descriptor: int, hashers: Sequence[Hasher], left: int, stop: threading.Event) -> int:
    length = 0
    while left and not stop.is_set() and (piece := os.read(descriptor, min(PIECE_BYTES, left))):
        for hasher in hashers:
            hasher.update(piece)
        length += len(piece)
        left -= len(piece)
    return length


def _read_split(
    descriptor: int, hashers: Sequence[Hasher], left: int, ahead: ThreadPoolExecutor, stop: threading.Event
) -> int:
    by_cost = sorted(hashers, key=lambda hasher: _COST.index(hasher.name) if hasher.name in _COST else len(_COST))
    dear, others = by_cost[0], by_cost[1:]
    buffers = [memoryview(bytearray(_LARGE_PIECE_BYTES)), memoryview(bytearray(_LARGE_PIECE_BYTES))]
    length = 0

    def others_then_read(piece: memoryview, spare: memoryview) -> int:
        for hasher in others:
            hasher.update(piece)
        return _fill(descriptor, spare)

    count = _fill(descriptor, buffers[0][:left])
    while count and not stop.is_set():
        piece = buffers[0][:count]
        length += count
        following = ahead.submit(others_then_read, piece, buffers[1][: left - length])
        dear.update(piece)
        count = following.result()
        buffers.reverse()
    return length


def _fill(descriptor: int, buffer: memoryview) -> int:
    if not buffer:
        return 0
    if hasattr(os, "readv"):
        return os.readv(descriptor, [buffer])
    piece = os.read(descriptor, len(buffer))
    buffer[: len(piece)] = piece
    return len(piece)
