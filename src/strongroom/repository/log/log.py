"""The log of an archive or of a replica: opened, read, proved, appended to.

On disk, in ``log/``: ``entries/`` with sixty-four lines a file, ``roots`` with the head of every full file (a cache,
made again from the entries where it is wrong), ``keys/`` with the public keys, and ``checkpoint``. The checkpoint is
placed last. What stands in the files beyond its size was never logged, and is overwritten by the next entry.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, Self

from strongroom.errors import StorageError
from strongroom.model.receipt import Checkpoint, Entry, Inclusion
from strongroom.repository import keys
from strongroom.repository.archive import Archive
from strongroom.repository.attempt import Attempt
from strongroom.repository.log.checkpoint import key_path, read_checkpoint, sign_checkpoint
from strongroom.repository.log.heads import leaves_of, read_tree
from strongroom.repository.log.lines import bundle_path, canonical, entry_of, join, line_of, moment, read_bundle
from strongroom.repository.log.staging import place
from strongroom.repository.log.tree import BUNDLE, Tree, head_of, leaf_hash
from strongroom.storage import saying

if TYPE_CHECKING:
    from strongroom.model.finding import Finding

_LOCK: Final = "log"


class Log:
    """A log as its checkpoint says it is; what others append meanwhile is seen by opening it again.

    Attributes:
        archive: the copy it belongs to.
        checkpoint: the signed one; None while nothing was logged.
    """

    def __init__(self, archive: Archive, checkpoint: Checkpoint | None, tree: Tree, *, cached: bool) -> None:
        """Use `Log.open`."""
        self.archive = archive
        self.checkpoint = checkpoint
        self._tree = tree
        self._cached = cached

    @classmethod
    def open(cls, archive: Archive) -> Self:
        """Open the log of an archive or of a replica.

        Signature, size, the last bundle and the head are looked at; `verify` looks at every entry.

        Raises:
            StorageError: it is truncated, edited, forked, not signed, or of another archive.
        """
        checkpoint = read_checkpoint(archive)
        if checkpoint is None:
            if not archive.replica:  # where a copy was killed, the next one goes on
                _refuse_leftovers(archive)
            return cls(archive, None, Tree((), (), leaves=lambda _: []), cached=True)
        tree, cached = read_tree(archive.log, checkpoint)
        return cls(archive, checkpoint, tree, cached=cached)

    @classmethod
    def unread(cls, archive: Archive) -> Self:
        """A log for who only appends: that reads it, under the lock, and until then it is empty."""
        return cls(archive, None, Tree((), (), leaves=lambda _: []), cached=True)

    @property
    def size(self) -> int:
        """Entries."""
        return self._tree.size

    def head(self, size: int | None = None) -> bytes:
        """The head of the tree over the first `size` entries; over all when absent."""
        return self._tree.head(size)

    def bundle_head(self, bundle: int) -> bytes:
        """The head over the entries of a bundle, full or not."""
        return self._tree.heads[bundle] if bundle < len(self._tree.heads) else head_of(self._tree.tail)

    def bundle_heads(self) -> tuple[bytes, ...]:
        """The head of every full bundle."""
        return tuple(self._tree.heads)

    def lines(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Index and bytes of entries in order.

        Raises:
            StorageError: an entry is not there, or not what was logged.
        """
        end = self.size if stop is None else min(stop, self.size)
        for bundle in range(start // BUNDLE, -(-end // BUNDLE)):
            first = bundle * BUNDLE
            for index, line in enumerate(self._bundle(bundle), first):
                if start <= index < end:
                    yield index, line

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Entry]]:
        """Index and entry, in order; each bundle is checked against the tree as it is read.

        Raises:
            StorageError: an entry is not there, or not what was logged.
        """
        for _, line in self.lines(start, stop):
            yield entry_of(line)

    def find(self, kind: str, *, start: int = 0, stop: int | None = None, **facts: object) -> tuple[int, Entry] | None:
        """The last entry of a kind that has these facts; None when there is none.

        Args:
            kind: of the entry.
            start: the lowest index to look at; a caller who knows when it cannot have been logged yet spares reading.
            stop: the lowest index not to look at; absent: the size.
            facts: each must be there with exactly this value.
        """
        stated: dict[str, object] = json.loads(canonical(facts))
        wanted = [f'"kind":{canonical(kind)}'.encode("ascii")]
        wanted += [f"{canonical(name)}:{canonical(value)}".encode("ascii") for name, value in stated.items()]
        end = self.size if stop is None else min(stop, self.size)
        for bundle in range((end - 1) // BUNDLE, start // BUNDLE - 1, -1):
            for line in reversed(self._bundle(bundle, wanted)):
                if all(part in line for part in wanted):
                    index, entry = entry_of(line)
                    if index < start:
                        return None
                    held = {name: entry.facts[name] for name in stated if name in entry.facts}
                    if index < end and entry.kind == kind and held == stated:
                        return index, entry
        return None

    def inclusion(self, index: int) -> Inclusion:
        """The proof that an entry stands in the log as its checkpoint says it is.

        Raises:
            IndexError: there is no such entry.
            StorageError: it is not what was logged.
        """
        checkpoint = self.checkpoint
        if checkpoint is None or not 0 <= index < self.size:
            raise IndexError(f"the log has no entry {index}")
        [(_, line)] = self.lines(index, index + 1)
        path = tuple(one.hex() for one in self._tree.inclusion(index))
        return Inclusion(index, line.decode("ascii"), path, checkpoint)

    def consistency(self, old: int, new: int | None = None) -> tuple[str, ...]:
        """The proof, in hex, that the first `old` entries are a prefix of the first `new` (all when absent)."""
        return tuple(one.hex() for one in self._tree.consistency(old, new))

    def append(
        self,
        attempt: Attempt,
        entries: Sequence[Entry],
        *,
        before_commit: Callable[[int], None] | None = None,
    ) -> tuple[Inclusion, ...]:
        """Log entries, all or none; the first ever of an archive also makes its key.

        The lock `log` is taken here, and the log is read again under it.

        Args:
            attempt: the right to change this archive.
            entries: in the order in which they are to stand.
            before_commit: called with the index of the first of them, when all that remains is the new checkpoint:
                what it places is there whenever the entries are.

        Raises:
            StorageError: the log is damaged, its private key is not there, or the disk is full.
            LeaseLostError: the work was taken over, and nothing was logged.
        """
        if not entries:
            return ()
        with attempt.lock(_LOCK):
            self._read_again()
            if self.checkpoint is None:
                key = keys.first_log_key(self.archive, attempt)
                place(attempt, key_path(self.archive.log, key.public.id), key.public.pem())
                facts = {"archive": self.archive.id, "key": key.public.id}
                self._commit(attempt, key, [Entry("archive", entries[0].at, facts)])
            else:
                key = keys.log_key(self.archive, self.checkpoint.key_id)
            first = self.size
            self._commit(attempt, key, entries, before_commit=before_commit)
            return tuple(self.inclusion(index) for index in range(first, self.size))

    def rotate(self, attempt: Attempt, at: datetime, *, lost: bool) -> str:
        """Let a new key follow the one that signs; returns its identifier.

        Args:
            attempt: the right to change this archive.
            at: now.
            lost: whether to do without the old key's signature; only when it is not there any more.
        """
        from strongroom.repository.log.rotation import prepare_succession

        with attempt.lock(_LOCK):
            self._read_again()
            new, entry, successions = prepare_succession(self, attempt, at, lost=lost)
            self._commit(attempt, new, [entry], successions=successions)
            return new.public.id

    def copy_to(self, replica: Archive, replica_attempt: Attempt) -> None:
        """Bring a replica's log up to this one, receipts, tombstones, audits and public keys too.

        Raises:
            StorageError: the replica's log is no prefix of this one: one of them was forked, or this one rolled back.
        """
        from strongroom.repository.log.copying import copy_log

        with replica_attempt.lock(_LOCK):
            self._read_again()  # another may have appended and copied while this one waited
            copy_log(self, replica, replica_attempt)

    def mend(self, other: Archive, attempt: Attempt) -> None:
        """Bring every damaged or missing file of another copy's log back from this one.

        Raises:
            StorageError: this one is damaged too, or does not hold all that the other copy's checkpoint signs.
        """
        from strongroom.repository.log.copying import mend_log

        with attempt.lock(_LOCK):
            self._read_again()
            mend_log(self, other, attempt)

    def verify(self, archive: Archive | None = None) -> "tuple[Finding, ...]":
        """Look at every entry, every key and every receipt; what is wrong, all of it.

        Args:
            archive: the one that a replica belongs to, so that its ingests are known which are under way.
        """
        from strongroom.repository.log.checking import check_log

        return tuple(check_log(self, archive))

    def _read_again(self) -> None:
        now = type(self).open(self.archive)
        self.checkpoint, self._tree, self._cached = now.checkpoint, now._tree, now._cached  # noqa: SLF001 - its own kind

    def _bundle(self, bundle: int, wanted: Sequence[bytes] = ()) -> list[bytes]:
        """The lines of a bundle, checked; none where not all of `wanted` is among its bytes."""
        lines = read_bundle(self.archive.log, bundle, min(BUNDLE, self.size - bundle * BUNDLE))
        if wanted:
            text = b"\n".join(lines)
            if not all(part in text for part in wanted):
                return []
        if head_of([leaf_hash(line) for line in lines]) != self.bundle_head(bundle):
            raise StorageError(
                f"{bundle_path(self.archive.log, bundle)} is not what was logged; bring it back from a replica or a "
                "backup, and `strongroom log verify` tells more"
            )
        return lines

    def _commit(
        self,
        attempt: Attempt,
        key: keys.SigningKey,
        entries: Sequence[Entry],
        *,
        before_commit: Callable[[int], None] | None = None,
        successions: tuple[str, ...] | None = None,
    ) -> None:
        """Place the entries and then the checkpoint that counts them; the log is this one afterwards."""
        log, first = self.archive.log, self.size
        begun, tail = divmod(first, BUNDLE)
        lines = read_bundle(log, begun, tail) if tail else []
        lines += self._lines_after(lines, first, entries)
        heads = list(self._tree.heads)
        for offset in range(0, len(lines), BUNDLE):
            bundle = lines[offset : offset + BUNDLE]
            place(attempt, bundle_path(log, begun + offset // BUNDLE), join(bundle))
            if len(bundle) == BUNDLE:
                heads.append(head_of([leaf_hash(line) for line in bundle]))
        rest = lines[len(lines) - len(lines) % BUNDLE :]
        tree = Tree(heads, [leaf_hash(line) for line in rest], leaves=leaves_of(log))
        if not self._cached or len(heads) > begun:
            place(attempt, log / "roots", b"".join(heads))
        if before_commit is not None:
            before_commit(first)
        if successions is None:
            successions = self.checkpoint.successions if self.checkpoint else ()
        checkpoint = sign_checkpoint(key, tree.size, tree.head(), entries[-1].at, successions=successions)
        place(attempt, log / "checkpoint", checkpoint.note.encode("utf-8"))
        self.checkpoint, self._tree, self._cached = checkpoint, tree, True

    def _lines_after(self, kept: list[bytes], first: int, entries: Sequence[Entry]) -> list[bytes]:
        latest: datetime | None = None
        if kept:
            latest = entry_of(kept[-1])[1].at
        elif first:
            latest = entry_of(self._bundle(first // BUNDLE - 1)[-1])[1].at
        lines = []
        for index, entry in enumerate(entries, first):
            logged = entry
            if latest is not None and moment(entry.at) < moment(latest):
                logged = Entry(entry.kind, entry.at, {**entry.facts, "clock_behind": moment(latest)})
            lines.append(line_of(index, logged))
            latest = entry.at
        return lines


def _refuse_leftovers(archive: Archive) -> None:
    """A log without a checkpoint has at most the entry that every log begins with, of an attempt that was killed."""
    with saying("look through", archive.log):
        entries = sorted((archive.log / "entries").glob("*/*.jsonl"))
        others = sorted((archive.log / "receipts").glob("*/*.json"))
        begun = entries and (len(entries) > 1 or entries[0].read_bytes().count(b"\n") > 1)
    if begun or others:
        raise StorageError(
            f"{archive.log / 'checkpoint'} is not there, though something was logged; bring the log back from a "
            "replica or a backup"
        )
