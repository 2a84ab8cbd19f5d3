"""What the ledgers of a bag say against what lies on disk: one finding for each fault of each file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from strongroom.formats.bag import declaration as bag_declaration
from strongroom.formats.bag import fetch as bag_fetch
from strongroom.formats.bag.digests import Digests
from strongroom.formats.bag.fetch import FetchItem
from strongroom.formats.bag.info import Oxum
from strongroom.formats.bag.ledgers import Ledger
from strongroom.formats.bag.manifest import manifest_name
from strongroom.formats.bag.paths import shown
from strongroom.formats.bag.tree import Scan
from strongroom.model.finding import Finding, Rule
from strongroom.model.rules import bag as rules
from strongroom.model.rules import ledger as ledger_rules


@dataclass(slots=True)
class PayloadState:
    """What was found out about the payload as a set, which explains a Payload-Oxum that is wrong for it."""

    listed: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    unlisted: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)


def compare_payload(
    scan: Scan, ledgers: Sequence[Ledger], fetch: Mapping[str, FetchItem], state: PayloadState, *, is_old: bool
) -> Iterator[Finding]:
    """Which payload files are missing, in no ledger, or not in all of them; fills `state`."""
    state.listed.update(*(ledger.entries for ledger in ledgers))
    for path in sorted(state.listed):
        if path not in scan.files:
            yield from _absent(scan, path, ledgers, fetch, state)
        elif not is_old:
            lacking = [ledger.name for ledger in ledgers if ledger.whole and path not in ledger.entries]
            if lacking:
                found = f"not in {', '.join(lacking)}"
                yield ledger_rules.PAYLOAD_NOT_EVERYWHERE.at(
                    shown(path), expected="a line in every manifest", found=found
                )
    if not ledgers or not any(ledger.whole for ledger in ledgers):
        return
    for path in scan.files:
        if path.startswith("data/") and path not in state.listed:
            state.unlisted.add(path)
            names = ", ".join(ledger.name for ledger in ledgers)
            yield ledger_rules.PAYLOAD_UNLISTED.at(shown(path), expected=f"a line in {names}", found="none")


def _absent(
    scan: Scan, path: str, ledgers: Sequence[Ledger], fetch: Mapping[str, FetchItem], state: PayloadState
) -> Iterator[Finding]:
    state.missing.add(path)
    names = ", ".join(ledger.name for ledger in ledgers if path in ledger.entries)
    if path in scan.folders:
        yield ledger_rules.FOLDER_LISTED.at(shown(path), expected="a file", found=f"a folder (listed in {names})")
    elif _is_behind_irregular(scan, path):
        return
    elif path in fetch:
        found = f"not there; fetch.txt names {shown(fetch[path].url)} (listed in {names})"
        yield ledger_rules.NOT_FETCHED.at(shown(path), expected="the file", found=found)
    else:
        yield ledger_rules.PAYLOAD_MISSING.at(
            shown(path), expected=f"the file, as listed in {names}", found="nothing there"
        )


def _is_behind_irregular(scan: Scan, path: str) -> bool:
    """Whether a link or the like stands at the path or above it, which has its own finding."""
    if not scan.irregular:
        return False
    parts = path.split("/")
    return any("/".join(parts[:count]) in scan.irregular for count in range(1, len(parts) + 1))


def compare_tag_files(
    scan: Scan, ledgers: Sequence[Ledger], payload_ledgers: Sequence[Ledger], *, is_old: bool
) -> Iterator[Finding]:
    """Which tag files are missing, or are vouched for by no tag manifest."""
    listed: set[str] = set().union(*(ledger.entries for ledger in ledgers))
    for path in sorted(listed):
        # a missing bagit.txt was reported as such
        if path in scan.files or path == bag_declaration.NAME or _is_behind_irregular(scan, path):
            continue
        names = ", ".join(ledger.name for ledger in ledgers if path in ledger.entries)
        if path in scan.folders:
            yield ledger_rules.FOLDER_LISTED.at(shown(path), expected="a file", found=f"a folder (listed in {names})")
        else:
            found = "nothing there"
            yield ledger_rules.TAG_FILE_MISSING.at(shown(path), expected=f"the file, as listed in {names}", found=found)
    if not ledgers:
        yield ledger_rules.NO_TAG_MANIFEST.at(".", expected="tagmanifest-sha512.txt or another", found="none")
    unvouched: set[str] = set()
    if not is_old:
        for ledger in payload_ledgers:
            lacking = [one.name for one in ledgers if one.whole and ledger.name not in one.entries]
            if lacking:
                unvouched.add(ledger.name)
                found = f"not in {', '.join(lacking)}"
                yield ledger_rules.MANIFEST_UNVOUCHED.at(
                    ledger.name, expected="a line in every tag manifest", found=found
                )
    if all(ledger.whole for ledger in ledgers):
        yield from _unlisted_tag_files(scan, listed | unvouched, has_ledgers=bool(ledgers))


def _unlisted_tag_files(scan: Scan, listed: set[str], *, has_ledgers: bool) -> Iterator[Finding]:
    for path in scan.files:
        if path.startswith("data/") or path in listed:
            continue
        manifest = manifest_name(path)
        if manifest and manifest.is_tag:
            continue
        is_own = manifest is not None or path in {
            bag_declaration.NAME,
            "bag-info.txt",
            "package-info.txt",
            bag_fetch.NAME,
        }
        if not is_own and not _signs_tag_manifest(path):
            yield ledger_rules.TAG_FILE_UNLISTED.at(shown(path), expected="a line in a tag manifest", found="none")
        elif has_ledgers:
            yield ledger_rules.TAG_FILE_UNVOUCHED.at(shown(path), expected="a line in a tag manifest", found="none")


def _signs_tag_manifest(path: str) -> bool:
    """Whether a name is that of a signature of a tag manifest, which no tag manifest can list."""
    name = path.rpartition("/")[2]
    stem, dot, _ = name.rpartition(".txt.")
    manifest = manifest_name(f"{stem}.txt") if dot else None
    return manifest is not None and manifest.is_tag


def compare_digests(
    scan: Scan, results: Iterable[Digests], ledgers: Sequence[Ledger], state: PayloadState
) -> Iterator[Finding]:
    """Which files have other digests than the ledgers say, or changed while they were read; one finding a file."""
    known = [(ledger, ledger.manifest.algorithm) for ledger in ledgers if ledger.manifest.algorithm]
    for result in results:
        length = scan.files[result.path]
        wrong = result.length_bytes != length
        for ledger, algorithm in known:
            digest = ledger.entries.get(result.path)
            if digest and digest != result.by_algorithm[algorithm]:
                wrong = True
        if wrong:
            is_payload = result.path.startswith("data/")
            if is_payload:
                state.changed.add(result.path)
            yield _changed(result, length, known, is_payload=is_payload)


def _changed(result: Digests, length: int, known: Sequence[tuple[Ledger, str]], *, is_payload: bool) -> Finding:
    rule = ledger_rules.PAYLOAD_CHANGED if is_payload else ledger_rules.TAG_FILE_CHANGED
    if result.length_bytes != length:
        found = "more" if result.length_bytes > length else f"{result.length_bytes} bytes"
        expected = f"{length} bytes, as when the bag was listed"
        return rule.at(shown(result.path), expected=expected, found=f"{found}: it changed while it was being read")
    return _digests_differ(rule, result, known)


def _digests_differ(rule: Rule, result: Digests, known: Sequence[tuple[Ledger, str]]) -> Finding:
    expected, found, agreeing = [], [], []
    for ledger, algorithm in known:
        digest = ledger.entries.get(result.path)
        if not digest:
            continue
        actual = result.by_algorithm[algorithm]
        if digest == actual:
            agreeing.append(ledger.name)
        else:
            expected.append(f"{digest.hex()} ({ledger.name})")
            found.append(f"{algorithm} {actual.hex()}")
    if agreeing:
        found.append(f"as in {', '.join(agreeing)}")
    return rule.at(shown(result.path), expected="; ".join(expected), found="; ".join(found))


def compare_oxum(scan: Scan, oxum: Oxum, state: PayloadState, info_name: str) -> Iterator[Finding]:
    """Whether Payload-Oxum is wrong in itself; what other findings about the payload explain is no fault of its own."""
    payload = [length for path, length in scan.files.items() if path.startswith("data/")]
    actual = Oxum(sum(payload), len(payload))
    if actual == oxum or any(path == "data" or path.startswith("data/") for path in scan.irregular):
        return
    files_explained = oxum.files == (len(state.listed) if state.missing or state.unlisted else actual.files)
    surplus = sum(scan.files[path] for path in state.unlisted)
    bytes_explained = bool(state.missing or state.changed) or oxum.length_bytes == actual.length_bytes - surplus
    if not (files_explained and bytes_explained):
        where = f"{info_name}#Payload-Oxum"
        yield rules.OXUM_WRONG.at(where, expected=f"{actual}, as on disk", found=str(oxum))


def compare_fetch(
    scan: Scan, fetch: Mapping[str, FetchItem], ledgers: Sequence[Ledger], *, is_old: bool
) -> Iterator[Finding]:
    """Whether fetch.txt agrees with the ledgers and with the files that are there."""
    if bag_fetch.NAME not in scan.files:
        return
    yield ledger_rules.FETCH_PRESENT.at(bag_fetch.NAME, expected="no fetch.txt", found=f"{len(fetch)} files")
    for path, item in fetch.items():
        lacking = [ledger.name for ledger in ledgers if ledger.whole and path not in ledger.entries]
        # a file on disk that is not in every ledger was reported by compare_payload
        if path not in scan.files and lacking and (not is_old or len(lacking) == len(ledgers)):
            found = f"not in {', '.join(lacking)}"
            yield ledger_rules.FETCH_UNLISTED.at(shown(path), expected="a line in every payload manifest", found=found)
        length = scan.files.get(path)
        if length is not None and item.length_bytes is not None and length != item.length_bytes:
            found = f"{length} bytes"
            yield ledger_rules.FETCH_LENGTH.at(
                shown(path), expected=f"{item.length_bytes} bytes, as in fetch.txt", found=found
            )
