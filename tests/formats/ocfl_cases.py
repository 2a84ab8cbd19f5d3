"""One fault in an object, for each code of the standard: what is done, and exactly what is found."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formats.ocfl_builder import (
    ALPHA,
    BETA,
    DELTA,
    A,
    B,
    D,
    OcflObject,
    digest,
    named,
    one_version,
    two_versions,
    write,
    write_inventory,
)

I = "inventory.json"  # noqa: E741 - stands in every other line
V1 = "v1/inventory.json"
X = digest(b"xi\n")


@dataclass(frozen=True)
class Case:
    """A fault: `edit` before the object is written with right digests, `damage` after that."""

    name: str
    expected: tuple[tuple[str, str], ...]
    base: Callable[[], OcflObject] = two_versions
    edit: Callable[[OcflObject], object] = lambda _: None
    damage: Callable[[Path], object] = lambda _: None

    @property
    def code(self) -> str:
        return self.name.partition(" ")[0]


def old() -> OcflObject:
    return two_versions(specification="1.0")


def head(**changes: Any) -> Callable[[OcflObject], None]:
    return lambda made: made.head.update(changes)


def everywhere(**changes: Any) -> Callable[[OcflObject], None]:
    return lambda made: made.everywhere(lambda document: document.update(changes))


def without(key: str) -> Callable[[OcflObject], None]:
    return lambda made: made.everywhere(lambda document: document.pop(key, None))


def last(**changes: Any) -> Callable[[OcflObject], None]:
    """Change the last version."""
    return lambda made: made.head["versions"]["v2"].update(changes)


def last_without(key: str) -> Callable[[OcflObject], None]:
    return lambda made: made.head["versions"]["v2"].pop(key)


def path_of_a(path: object) -> Callable[[OcflObject], None]:
    return lambda made: made.everywhere(lambda document: document["manifest"].update({A: [path]}))


def state_of_a(*paths: object) -> Callable[[OcflObject], None]:
    return lambda made: made.head["versions"]["v2"]["state"].update({A: list(paths)})


def file(path: str, content: bytes = b"?") -> Callable[[Path], None]:
    return lambda folder: write(folder / path, content)


def renamed(path: str, other: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).rename(folder / other)


def removed(path: str) -> Callable[[Path], None]:
    return lambda folder: shutil.rmtree(folder / path) if (folder / path).is_dir() else (folder / path).unlink()


def _no_versions() -> OcflObject:
    made = OcflObject()
    made.version("v1", {})
    made.raw["v1"] = json.dumps({**made.head, "versions": {}}).encode()
    return made


def _begins_at_two() -> OcflObject:
    return named("v2", "v3")


def _grown() -> OcflObject:
    return named(*(f"v{number:02d}" for number in range(1, 11)))


def _late_file(made: OcflObject) -> None:
    made.files["v1/content/late.txt"] = b"xi\n"
    made.head["manifest"][X] = ["v1/content/late.txt"]
    made.head["versions"]["v2"]["state"][X] = ["late.txt"]


def _in_logs(made: OcflObject) -> None:
    made.files["logs/x.txt"] = b"xi\n"
    made.head["manifest"][X] = ["logs/x.txt"]
    made.head["versions"]["v2"]["state"][X] = ["x.txt"]


def _unused(made: OcflObject) -> None:
    made.files["v2/content/x.txt"] = b"xi\n"
    made.head["manifest"][X] = ["v2/content/x.txt"]


def _content_directories(first: str, second: str) -> Callable[[], OcflObject]:
    def make() -> OcflObject:
        made = OcflObject()
        made.version("v1", {"a.txt": ALPHA}, directory=first or "content")
        made.version("v2", {"a.txt": ALPHA, "d.txt": DELTA}, directory=second)
        if first:
            made.documents["v1"]["contentDirectory"] = first
        made.documents["v2"]["contentDirectory"] = second
        return made

    return make


def _v1(edit: Callable[[dict[str, Any]], object]) -> Callable[[OcflObject], object]:
    """Change what the inventory of the first version says of it."""
    return lambda made: edit(made.documents["v1"]["versions"]["v1"])


def _same_content() -> OcflObject:
    made = one_version()
    made.version("v2", {"a.txt": ALPHA, "b/c.txt": BETA})
    return made


def _resaved(folder: Path) -> None:
    write_inventory(folder, (folder / I).read_bytes() + b"\n", "sha512")


def _other_algorithm(folder: Path) -> None:
    (folder / f"{I}.sha512").unlink()
    write_inventory(folder, (folder / I).read_bytes(), "sha256")


def _first_loses_inventory(folder: Path) -> None:
    (folder / V1).unlink()
    (folder / f"{V1}.sha512").unlink()


def _hard_link(folder: Path) -> None:
    (folder / "logs").mkdir()
    os.link(folder / "v1/content/a.txt", folder / "logs/a.txt")


VERSION_TWO = f"{I}#/versions/v2"

CASES: tuple[Case, ...] = (
    Case("E001 file", (("E001", "notes.txt"),), damage=file("notes.txt")),
    Case("E001 folder", (("E001", "1"),), damage=file("1/content/x")),
    Case("E001 sidecar too many", (("E001", f"{I}.md5"),), damage=file(f"{I}.md5")),
    Case("E003 none", (("E003", "."),), damage=removed("0=ocfl_object_1.1")),
    Case("E003 two", (("E003", "."),), damage=file("0=ocfl_object_1.0", b"ocfl_object_1.0\n")),
    Case(
        "E004 version unknown",
        (("E004", "0=ocfl_object_9.9"),),
        damage=renamed("0=ocfl_object_1.1", "0=ocfl_object_9.9"),
    ),
    Case("E004 no tag", (("E004", "ocfl_object_1.1"),), damage=renamed("0=ocfl_object_1.1", "ocfl_object_1.1")),
    Case("E005", (("E005", "1=ocfl_object_1.1"),), damage=renamed("0=ocfl_object_1.1", "1=ocfl_object_1.1")),
    Case("E006", (("E006", "0=ocfl_objekt_1.1"),), damage=renamed("0=ocfl_object_1.1", "0=ocfl_objekt_1.1")),
    Case("E007", (("E007", "0=ocfl_object_1.1"),), damage=file("0=ocfl_object_1.1", b"ocfl_object_1.1")),
    Case("E008", (("E008", f"{I}#/versions"),), base=_no_versions),
    Case("E009", (("E009", f"{I}#/versions/v2"),), base=_begins_at_two),
    Case("E010 in the inventory", (("E010", f"{I}#/versions/v3"),), base=lambda: named("v1", "v3")),
    Case("E010 on disk", (("E010", "v2"),), base=lambda: named("v1", "v2", "v3"), damage=removed("v2")),
    Case(
        "E011",
        (("E011", f"{I}#/versions/v10"), ("E013", f"{I}#/versions/v10"), ("W001", f"{I}#/versions/v01")),
        base=_grown,
    ),
    Case("E012", (("E012", f"{I}#/versions/v02"),), base=lambda: named("v1", "v02", "v3")),
    Case("E013", (("E013", f"{I}#/versions/v02"),), base=lambda: named("v1", "v02")),
    Case("E014", (("E014", f"{I}#/manifest/{A}"),), edit=path_of_a("v001/content/a.txt")),
    Case("E015", (("E015", "v1/notes.txt"),), damage=file("v1/notes.txt")),
    Case("E016", (("E016", "v2/content"),), damage=removed("v2/content")),
    Case("E017", (("E017", f"{I}#/contentDirectory"),), edit=everywhere(contentDirectory="x/y")),
    Case("E017 in 1.0", (("E017", f"{I}#/contentDirectory"),), base=old, edit=everywhere(contentDirectory="")),
    Case("E018", (("E018", f"{I}#/contentDirectory"),), edit=everywhere(contentDirectory="..")),
    Case("E019", (("E019", f"{I}#/contentDirectory"),), base=_content_directories("", "stuff")),
    Case("E020", (("E020", f"{I}#/contentDirectory"),), base=_content_directories("stuff", "things")),
    Case("E023 not listed", (("E023", "v1/content/x.txt"),), damage=file("v1/content/x.txt")),
    Case("E023 listed too late", (("E023", "v1/content/late.txt"),), edit=_late_file),
    Case("E024", (("E024", "v1/content/empty"),), damage=lambda folder: (folder / "v1/content/empty").mkdir()),
    Case("E025", (("E025", f"{I}#/digestAlgorithm"),), base=lambda: two_versions(algorithm="md5")),
    Case("E029", (("E029", f"{I}#/fixity/sha1/xyz"),), edit=head(fixity={"sha1": {"xyz": ["v1/content/a.txt"]}})),
    Case("E030", (("E030", f"{I}#/fixity/sha256/0"),), edit=head(fixity={"sha256": {"0": ["v1/content/a.txt"]}})),
    Case("E031", (("E031", f"{I}#/fixity/sha512/0"),), edit=head(fixity={"sha512": {"0": ["v1/content/a.txt"]}})),
    Case(
        "E031 in the manifest",
        (("E031", f"{I}#/manifest/0"),),
        base=lambda: two_versions(specification="1.0"),
        edit=lambda made: made.everywhere(lambda document: document["manifest"].update({"0": []})),
    ),
    Case("E032", (("E032", f"{I}#/fixity/blake2b-512/0"),), edit=head(fixity={"blake2b-512": {"0": []}})),
    Case("E033", (("E033", I),), base=one_version, edit=lambda made: made.raw.update(v1=b"{]")),
    Case("E033 no object", (("E033", I),), base=one_version, edit=lambda made: made.raw.update(v1=b'["a"]')),
    Case(
        "E033 byte order mark",
        (("E033", I),),
        base=one_version,
        edit=lambda made: made.raw.update(v1=b"\xef\xbb\xbf" + json.dumps(made.head).encode()),
    ),
    Case(
        "E033 key twice",
        (("E033", f"{I}#/id"),),
        base=one_version,
        edit=lambda made: made.raw.update(v1=b'{"id":"urn:x",' + json.dumps(made.head).encode()[1:]),
    ),
    Case("E034", (("E034", "Inventory.json"),), damage=renamed(I, "Inventory.json")),
    Case("E035", (("E035", f"{I}#/manifest/{A}"),), edit=path_of_a("v1\\content\\a.txt")),
    Case("E036 id", (("E036", f"{I}#/id"),), edit=without("id")),
    Case("E036 type", (("E036", f"{I}#/type"),), edit=without("type")),
    Case("E036 head", (("E036", f"{I}#/head"),), edit=without("head")),
    Case("E036 digestAlgorithm", (("E036", f"{I}#/digestAlgorithm"),), edit=without("digestAlgorithm")),
    Case("E037 empty", (("E037", f"{I}#/id"),), edit=everywhere(id="")),
    Case(
        "E037 changes in 1.0",
        (("E037", f"{V1}#/id"),),
        base=old,
        edit=lambda made: made.documents["v1"].update(id="urn:y"),
    ),
    Case("E038", (("E038", f"{I}#/type"),), edit=everywhere(type="https://ocfl.io/1.0/spec/#inventory")),
    Case(
        "E039",
        (("E039", f"{I}#/digestAlgorithm"),),
        base=lambda: two_versions(algorithm="sha256"),
        edit=everywhere(digestAlgorithm="sha512"),
    ),
    Case("E040", (("E040", f"{I}#/head"),), edit=head(head="v1")),
    Case(
        "E040 in a version",
        (("E040", f"{V1}#/head"),),
        edit=lambda made: made.raw.update(v1=json.dumps(made.head).encode()),
    ),
    Case("E041", (("E041", f"{I}#/manifest"),), edit=without("manifest")),
    Case("E041 in 1.0", (("E041", f"{I}#/manifest"),), base=old, edit=everywhere(manifest=None)),
    Case("E042", (("E042", f"{I}#/manifest/{X}"),), edit=_in_logs),
    Case("E043", (("E043", f"{I}#/versions"),), base=one_version, edit=without("versions")),
    Case("E045", (("E045", f"{I}#/versions"),), base=one_version, edit=everywhere(versions=[])),
    Case("E046 too many", (("E046", "v3"),), damage=file("v3/content/x")),
    Case("E046 too few", (("E046", "v2"),), damage=removed("v2")),
    Case(
        "E046 in 1.0",
        (("E046", f"{I}#/versions/1"),),
        base=old,
        edit=lambda made: made.head["versions"].update({"1": {}}),
    ),
    Case("E047", (("E047", VERSION_TWO),), base=_same_content, edit=lambda made: made.head["versions"].update(v2=[])),
    Case("E048 created", (("E048", f"{VERSION_TWO}/created"),), edit=last_without("created")),
    Case("E048 state", (("E048", f"{VERSION_TWO}/state"),), base=_same_content, edit=last_without("state")),
    Case("E049", (("E049", f"{VERSION_TWO}/created"),), edit=last(created="2024-05-06 07:08:09")),
    Case(
        "E050 other digest",
        (("E050", f"{VERSION_TWO}/state/{X}"),),
        edit=lambda made: made.head["versions"]["v2"]["state"].update({X: ["x.txt"]}),
    ),
    Case(
        "E050 other letters",
        (("E050", f"{VERSION_TWO}/state/{D.upper()}"),),
        edit=lambda made: made.head["versions"]["v2"]["state"].update(
            {D.upper(): made.head["versions"]["v2"]["state"].pop(D)}
        ),
    ),
    Case("E051", (("E051", f"{VERSION_TWO}/state/{A}"),), edit=state_of_a("a.txt", 5)),
    Case("E052", (("E052", f"{VERSION_TWO}/state"),), edit=state_of_a("x/../../a.txt")),
    Case("E053", (("E053", f"{VERSION_TWO}/state"),), edit=state_of_a("/etc/passwd")),
    Case("E054", (("E054", f"{VERSION_TWO}/user/name"),), edit=last(user={"address": "mailto:a@example.org"})),
    Case("E056", (("E056", f"{I}#/fixity/crc32"),), edit=head(fixity={"crc32": {}})),
    Case("E056 in 1.0", (("E056", f"{I}#/fixity"),), base=old, edit=head(fixity=[])),
    Case("E057", (("E057", f"{I}#/fixity/md5"),), edit=head(fixity={"md5": []})),
    Case(
        "E057 not in the manifest",
        (("E057", f"{I}#/fixity/md5/{digest(b'', 'md5')}"),),
        edit=head(fixity={"md5": {digest(b"", "md5"): ["v1/content/none.txt"]}}),
    ),
    Case("E058", (("E058", f"{I}.sha512"),), damage=removed(f"{I}.sha512")),
    Case("E058 of a version", (("E058", f"{V1}.sha512"),), damage=removed(f"{V1}.sha512")),
    Case("E059", (("E059", f"{I}.sha256"),), damage=_other_algorithm),
    Case("E060", (("E060", f"{I}.sha512"),), damage=file(f"{I}.sha512", f"{A}  {I}\n".encode())),
    Case("E061", (("E061", f"{V1}.sha512"),), damage=file(f"{V1}.sha512", f"{A}  other.json\n".encode())),
    Case("E063", (("E063", I),), damage=removed(I)),
    Case("E064", (("E064", "v2/inventory.json"),), damage=_resaved),
    Case(
        "E066",
        (("E066", f"{V1}#/versions/v1/state"), ("E066", f"{V1}#/versions/v1/state")),
        edit=_v1(lambda version: version["state"].update({A: ["other.txt"]})),
    ),
    Case(
        "E066 other content",
        (("E066", f"{V1}#/versions/v1/state"), ("E066", f"{V1}#/versions/v1/state")),
        edit=_v1(lambda version: version.update(state={A: ["b/c.txt"], B: ["a.txt"]})),
    ),
    Case("E067", (("E067", "extensions/x.txt"),), damage=file("extensions/x.txt")),
    Case("E089", (("E089", "v1/content/pipe"),), damage=lambda folder: os.mkfifo(folder / "v1/content/pipe")),
    Case(
        "E090", (("E090", "v1/content/link"),), damage=lambda folder: (folder / "v1/content/link").symlink_to("a.txt")
    ),
    Case("E090 hard", (("E090", "logs/a.txt"),), damage=_hard_link),
    Case("E092 changed", (("E092", "v1/content/a.txt"),), damage=file("v1/content/a.txt", b"alpho\n")),
    Case("E092 missing", (("E092", "v1/content/a.txt"),), damage=removed("v1/content/a.txt")),
    Case(
        "E092 no array",
        (("E023", "v1/content/a.txt"), ("E092", f"{I}#/manifest/{A}")),
        edit=lambda made: made.everywhere(lambda document: document["manifest"].update({A: "v1/content/a.txt"})),
    ),
    Case(
        "E093",
        (("E093", "v1/content/a.txt"),),
        edit=head(fixity={"md5": {digest(BETA, "md5"): ["v1/content/a.txt"]}}),
    ),
    Case("E094", (("E094", f"{VERSION_TWO}/message"),), edit=last(message=["why"])),
    Case("E095 twice", (("E095", f"{VERSION_TWO}/state"),), edit=state_of_a("a.txt", "a.txt")),
    Case("E095 file and folder", (("E095", f"{VERSION_TWO}/state"),), edit=state_of_a("a.txt", "a.txt/b")),
    Case(
        "E096",
        (("E096", f"{I}#/manifest/{A.upper()}"),),
        edit=lambda made: made.head["manifest"].update({A.upper(): ["v1/content/a.txt"]}),
    ),
    Case(
        "E097",
        (("E097", f"{I}#/fixity/md5/{digest(ALPHA, 'md5').upper()}"),),
        edit=head(
            fixity={"md5": {key: ["v1/content/a.txt"] for key in (digest(ALPHA, "md5"), digest(ALPHA, "md5").upper())}}
        ),
    ),
    Case(
        "E098",
        (("E098", f"{I}#/manifest/{A}"),),
        edit=lambda made: made.everywhere(lambda document: document["manifest"][A].append(5)),
    ),
    Case("E099", (("E099", f"{I}#/manifest/{A}"),), edit=path_of_a("v1/content/../content/a.txt")),
    Case("E100", (("E100", f"{I}#/manifest/{A}"),), edit=path_of_a("/v1/content/a.txt")),
    Case(
        "E101",
        (("E101", f"{I}#/manifest/{A}"),),
        edit=lambda made: made.everywhere(lambda document: document["manifest"][A].append("v1/content/a.txt")),
    ),
    Case("E102", (("E102", f"{I}#/colour"),), edit=everywhere(colour="blue")),
    Case(
        "E102 in a version",
        (("E102", f"{VERSION_TWO}/user/role"),),
        edit=lambda made: made.head["versions"]["v2"]["user"].update(role="x"),
    ),
    Case(
        "E103",
        (("E103", f"{I}#/type"),),
        base=old,
        edit=lambda made: made.documents["v1"].update(type="https://ocfl.io/1.1/spec/#inventory"),
    ),
    Case("E104", (("E104", f"{I}#/versions/2"),), edit=lambda made: made.head["versions"].update({"2": {}})),
    Case("E105", (("E105", f"{I}#/versions/v0"),), edit=lambda made: made.head["versions"].update({"v0": {}})),
    Case("E106", (("E106", f"{I}#/manifest"),), edit=everywhere(manifest=[])),
    Case("E107", (("E107", f"{I}#/manifest/{X}"),), edit=_unused),
    Case("E108", (("E108", f"{I}#/contentDirectory"),), edit=everywhere(contentDirectory="")),
    Case("E110", (("E110", f"{V1}#/id"),), edit=lambda made: made.documents["v1"].update(id="urn:y")),
    Case("E111", (("E111", f"{I}#/fixity"),), edit=head(fixity=None)),
    Case("W001", (("W001", f"{I}#/versions/v01"),), base=lambda: named("v01", "v02")),
    Case("W002", (("W002", "v1/extra"),), damage=file("v1/extra/x.txt")),
    Case("W003", (("W003", "v2/content"),), base=_same_content, damage=lambda folder: (folder / "v2/content").mkdir()),
    Case("W004", (("W004", f"{I}#/digestAlgorithm"),), base=lambda: two_versions(algorithm="sha256")),
    Case("W005", (("W005", f"{I}#/id"),), edit=everywhere(id="object 1")),
    Case("W007", (("W007", f"{VERSION_TWO}/message"),), edit=last_without("message")),
    Case("W008", (("W008", f"{VERSION_TWO}/user/address"),), edit=last(user={"name": "Ann"})),
    Case("W009", (("W009", f"{VERSION_TWO}/user/address"),), edit=last(user={"name": "Ann", "address": "next door"})),
    Case("W010", (("W010", V1),), damage=_first_loses_inventory),
    Case(
        "W011", (("W011", f"{V1}#/versions/v1/message"),), edit=_v1(lambda version: version.update(message="otherwise"))
    ),
    Case("W013", (("W013", "extensions/mine"),), damage=file("extensions/mine/x.txt")),
)
