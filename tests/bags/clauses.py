"""Bags made for one clause of RFC 8493 each, with the exact findings that they make."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from findings import tiny_bag
from strongroom.model.finding import Accepted, Refused, Severity
from strongroom.model.rules import ALL
from strongroom.stages.verify import verify

Place = tuple[str, str]
Plant = Callable[[Path], None]

OLD: Place = ("BAG-025", "bagit.txt")
LISTS_FETCH: Place = ("BAG-076", "fetch.txt")
NOWHERE = "00" * 32
"""A SHA-256 digest that no file has."""


@dataclass(frozen=True, slots=True)
class Clauses:
    """Cases by name, ``section_2_1_3_…``; each changes a faultless bag."""

    cases: dict[str, tuple[Plant, frozenset[Place]]] = field(default_factory=dict)

    def makes(self, *expected: Place) -> Callable[[Plant], Plant]:
        """The case that follows makes exactly these findings; none at all makes a bag without a blemish."""

        def keep(plant: Plant) -> Plant:
            assert plant.__name__ not in self.cases, f"two cases named {plant.__name__}"
            self.cases[plant.__name__] = (plant, frozenset(expected))
            return plant

        return keep

    def judge(self, name: str, root: Path) -> None:
        """Make the bag, and compare what `verify` says of it with what it should say."""
        plant, expected = self.cases[name]
        tiny_bag.make(root)
        plant(root)
        judged = verify(root)
        found = sorted((one.code, one.where) for one in judged.findings)
        assert found == sorted(expected), [f"{one.code} {one.where}: {one.found}" for one in judged.findings]
        is_grave = any(ALL[code].severity is Severity.ERROR for code, _ in expected)
        assert isinstance(judged, Refused if is_grave else Accepted)


def add(root: Path, name: str, content: bytes | str = "further\n") -> None:
    """Put a payload file into the bag, and list it as it should be listed."""
    tiny_bag.put(root, name, content)
    tiny_bag.list_payload(root)


def respell(root: Path, old: str, new: str, algorithms: tuple[str, ...] = tiny_bag.ALGORITHMS) -> None:
    """Write a piece of the payload manifests otherwise, and let the tag manifests vouch for it."""
    for algorithm in algorithms:
        path = root / f"manifest-{algorithm}.txt"
        content = path.read_bytes()
        assert old.encode() in content, old
        path.write_bytes(content.replace(old.encode(), new.encode()))
    tiny_bag.seal(root)


def inform(root: Path, old: str, new: str) -> None:
    """Write a piece of bag-info.txt otherwise, and let the tag manifests vouch for it."""
    content = (root / "bag-info.txt").read_bytes().decode()
    assert old in content, old
    tiny_bag.put(root, "bag-info.txt", content.replace(old, new))
    tiny_bag.seal(root)


def fetch(root: Path, text: str) -> None:
    """Give the bag a fetch.txt, and let the tag manifests vouch for it."""
    tiny_bag.put(root, "fetch.txt", text)
    tiny_bag.seal(root)


def encode_tag_files(root: Path, declared: str, codec: str) -> None:
    """Write every tag file but bagit.txt in another encoding, and declare it."""
    tiny_bag.declare(root, f"BagIt-Version: 1.0\nTag-File-Character-Encoding: {declared}\n")
    for path in [*root.glob("manifest-*.txt"), root / "bag-info.txt"]:
        path.write_bytes(path.read_bytes().decode().encode(codec))
    tiny_bag.seal(root)
    for path in root.glob("tagmanifest-*.txt"):
        path.write_bytes(path.read_bytes().decode().encode(codec))
