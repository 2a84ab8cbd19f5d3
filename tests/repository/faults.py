"""Seeded damage to the copies of a vault, each fault in a place of its own, and what an audit has to say of it."""

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from repository.vault import Vault

KINDS = (
    "flip",
    "truncate",
    "extend",
    "delete file",
    "delete object",
    "delete version",
    "swap",
    "inventory damage",
    "sidecar damage",
    "receipt damage",
    "stranger file",
)


@dataclass
class Planted:
    """What was done to a vault.

    Attributes:
        expected: the exact set of (code, where).
        counts: faults by kind.
        whole: for each object, the copies in which nothing was done to it.
    """

    expected: set[tuple[str, str]] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    places: set[tuple[int, str, str]] = field(default_factory=set)
    gone: set[tuple[int, str]] = field(default_factory=set)


class Planter:
    """Plants faults at random; of one object in one copy every place is used once, and a deleted object is left alone."""

    def __init__(self, vault: Vault, names: list[str], seed: int) -> None:
        self.vault = vault
        self.names = names
        self.chance = random.Random(seed)
        self.planted = Planted()
        self.sizes: dict[tuple[str, str], int] = {}

    def plant(self, count: int) -> Planted:
        while sum(self.planted.counts.values()) < count:
            kind = self.chance.choice(KINDS)
            copy, name = self.chance.randrange(len(self.vault.copies)), self.chance.choice(self.names)
            home = self.vault.object(name, copy)
            if (copy, name) in self.planted.gone or not self._is_free(kind, copy, name):
                continue
            found = list(getattr(self, "_" + kind.replace(" ", "_"))(copy, name, home))
            if found:
                self.planted.counts[kind] = self.planted.counts.get(kind, 0) + 1
                self.planted.expected |= {(code, self.vault.where(name, path, copy)) for code, path in found}
        return self.planted

    def _is_free(self, kind: str, copy: int, name: str) -> bool:
        """Whole objects and versions vanish only where nothing else was done, so that the expected set stays simple."""
        if kind not in {"delete object", "delete version"}:
            return True
        return not any((one, other) == (copy, name) for one, other, _ in self.planted.places)

    def _content(self, copy: int, name: str, home: Path) -> str:
        """A content file that nothing was done to, and that has some length; empty for none."""
        paths = sorted(
            path.relative_to(home).as_posix()
            for path in home.glob("v*/content/**/*")
            if path.is_file() and path.stat().st_size > 1
        )
        free = [path for path in paths if (copy, name, path) not in self.planted.places]
        return self._take(copy, name, self.chance.choice(free)) if free else ""

    def _take(self, copy: int, name: str, path: str) -> str:
        if (copy, name, path) in self.planted.places:
            return ""
        self.planted.places.add((copy, name, path))
        return path

    def _flip(self, copy: int, name: str, home: Path) -> Iterator[tuple[str, str]]:
        if path := self._content(copy, name, home):
            _flip(home / path, self.chance)
            yield "FIX-001", path

    def _truncate(self, copy: int, name: str, home: Path) -> Iterator[tuple[str, str]]:
        if path := self._content(copy, name, home):
            os.truncate(home / path, self.chance.randrange((home / path).stat().st_size))
            yield "FIX-002", path

    def _extend(self, copy: int, name: str, home: Path) -> Iterator[tuple[str, str]]:
        if path := self._content(copy, name, home):
            with (home / path).open("ab") as file:
                file.write(self.chance.randbytes(1 + self.chance.randrange(9)))
            yield "FIX-003", path

    def _delete_file(self, copy: int, name: str, home: Path) -> Iterator[tuple[str, str]]:
        if path := self._content(copy, name, home):
            (home / path).unlink()
            yield "FIX-004", path

    def _delete_object(self, copy: int, name: str, home: Path) -> Iterator[tuple[str, str]]:
        shutil.rmtree(home)
        self.planted.gone.add((copy, name))
        self.planted.places.add((copy, name, ""))
        yield "FIX-016" if copy else "FIX-010", ""

    def _delete_version(self, copy: int, name: str, home: Path) -> Iterator[tuple[str, str]]:
        if not (home / "v2").is_dir():
            return
        shutil.rmtree(home / "v2")
        self.planted.gone.add((copy, name))
        self.planted.places.add((copy, name, ""))
        yield "FIX-011", "v2"

    def _swap(self, copy: int, name: str, home: Path) -> Iterator[tuple[str, str]]:
        one = self._content(copy, name, home)
        other = self._content(copy, name, home) if one else ""
        if not other or (home / one).read_bytes() == (home / other).read_bytes():
            self.planted.places -= {(copy, name, one), (copy, name, other)} - {(copy, name, "")}
            return
        between = home.parent / "between"
        (home / one).rename(between)
        (home / other).rename(home / one)
        between.rename(home / other)
        yield from (("FIX-005", path) for path in (one, other))

    def _inventory_damage(self, copy: int, name: str, home: Path) -> Iterator[tuple[str, str]]:
        if path := self._take(copy, name, self.chance.choice(["inventory.json", "v1/inventory.json"])):
            _flip(home / path, self.chance)
            yield "FIX-012", path

    def _sidecar_damage(self, copy: int, name: str, home: Path) -> Iterator[tuple[str, str]]:
        if path := self._take(copy, name, self.chance.choice(["", "v1/"]) + "inventory.json.sha512"):
            _flip(home / path, self.chance)
            yield "FIX-013", path

    def _receipt_damage(self, copy: int, name: str, home: Path) -> Iterator[tuple[str, str]]:
        if path := self._take(copy, name, "logs/receipt-v1.json"):
            _flip(home / path, self.chance)
            yield "FIX-021", path

    def _stranger_file(self, copy: int, name: str, home: Path) -> Iterator[tuple[str, str]]:
        place = self.chance.choice(["", "v1/", "v1/content/data/", "logs/", "new/"])
        if path := self._take(copy, name, f"{place}stranger-{self.chance.randrange(10**6)}"):
            (home / path).parent.mkdir(exist_ok=True)
            (home / path).write_bytes(self.chance.randbytes(20))
            yield "FIX-006", path


def _flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
