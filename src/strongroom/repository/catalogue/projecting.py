"""From the log and the store into the tables: what each entry of the log means for the catalogue.

The log decides what there is; the store says what it is about. What is in the store and was never logged is not in the
catalogue, and what was purged keeps only what the log says of it.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from strongroom.model.receipt import Entry
from strongroom.repository.archive import Archive
from strongroom.repository.catalogue.contents import Contents
from strongroom.repository.catalogue.days import days_of
from strongroom.repository.catalogue.folding import folded, kept
from strongroom.repository.catalogue.reading import read_contents
from strongroom.repository.catalogue.stored_files import StoredFiles
from strongroom.repository.catalogue.tables import DETAIL, HOST, KEPT, OUTCOMES, PURGED, SEARCH, WITHDRAWN, urls_column
from strongroom.repository.catalogue.writer import Writer
from strongroom.repository.log.lines import moment
from strongroom.repository.stored import message_of

_LOGGED: Final = ("bag_created", "empty_folders", "replicas", "scan", "warnings")
_MAX_CHARACTERS: Final = 1_000
_MAX_NUMBER: Final = 2**63 - 1
_ABOUT_NOTHING: Final = Contents(kind="")


class Projector:
    """Puts entries of the log into a catalogue, one after the other."""

    def __init__(self, archive: Archive, writer: Writer) -> None:
        """Take whose store to read, and where to."""
        self._archive = archive
        self._writer = writer

    def put(self, index: int, entry: Entry) -> None:
        """Put what an entry means; one of a kind that means nothing here is passed over."""
        object_id = kept(str(entry.facts.get("object", "")), _MAX_CHARACTERS)
        if entry.kind == "ingest":
            self._put_version(index, object_id, entry)
            return
        if entry.kind not in {"withdrawal", "withdrawal-cancel", "purge", "repair"}:
            return
        key = self._writer.object_key(object_id)
        if key is None or self._writer.object_state(key) == PURGED:
            return
        if entry.kind == "withdrawal":
            self._writer.set_state(key, WITHDRAWN, moment(entry.at))
        elif entry.kind == "withdrawal-cancel":
            # of a request that nobody had confirmed too: then the object was kept all the time
            if self._writer.object_state(key) == WITHDRAWN:
                self._writer.set_state(key, KEPT, moment(entry.at))
        elif entry.kind == "purge":
            self._writer.set_state(key, PURGED, moment(entry.at))
            versions = self._writer.versions(key)
            self._writer.forget_contents([one.key for one in versions])
            for version in versions:
                self._writer.replace_version(version.key, _in_short(_ABOUT_NOTHING))
        else:
            self._read_again(key, object_id)

    def _put_version(self, index: int, object_id: str, entry: Entry) -> None:
        facts, writer = entry.facts, self._writer
        key = writer.object_key(object_id)
        if key is None:
            key = index
            writer.put_object(key, object_id, moment(entry.at))
        number = _number(facts, "version")
        if writer.has_version(key, number):
            return
        ingest, package = _text(facts, "ingest"), _text(facts, "package")
        contents = self._put_contents(index, object_id, number, ingest, package)
        writer.put_version(
            {
                "key": index,
                "object": key,
                "number": number,
                "ingest": ingest,
                "package": package,
                "committed": _text(facts, "committed") or moment(entry.at),
                "inventory": _text(facts, "inventory"),
                "files": _number(facts, "files"),
                "bytes": _number(facts, "bytes"),
                **_in_short(contents),
            }
        )
        logged = {name: facts[name] for name in _LOGGED if name in facts}
        writer.put(DETAIL, {"version": index, "document": contents.detail(logged)})

    def _read_again(self, key: int, object_id: str) -> None:
        """What could not be read of an object's versions may be whole now."""
        for version in self._writer.versions(key):
            document = json.loads(version.document)
            if not document["faults"]:
                continue
            self._writer.forget_contents([version.key])
            contents = self._put_contents(version.key, object_id, version.number, version.ingest, version.package)
            self._writer.replace_version(version.key, _in_short(contents))
            detail = contents.detail(document["logged"])
            self._writer.put(DETAIL, {"version": version.key, "document": detail})

    def _put_contents(self, version: int, object_id: str, number: int, ingest: str, package: str) -> Contents:
        files = StoredFiles.of(self._archive, object_id, number)
        if files.message not in {"", message_of(ingest, package)}:
            files.faults.append("the store says of this version that it is another bag than was logged")
        contents = read_contents(files, package, lambda links: self._writer.put_links(version, links))
        self._writer.put(
            SEARCH,
            {
                "version": version,
                "title": folded(contents.title or package),
                "creator": folded(contents.creator),
                "text": contents.text(object_id, package),
            },
        )
        for (host, outcome), urls in contents.hosts.items():
            self._writer.put(HOST, {"host": host, "version": version, "outcome": outcome, "urls": urls})
        return contents


def _in_short(contents: Contents) -> dict[str, Any]:
    """The columns that say what a version is about."""
    issued = days_of(contents.issued)
    return {
        "kind": contents.kind,
        "title": contents.title,
        "creator": contents.creator,
        "seed": contents.seed,
        "captured": contents.captured,
        "issued": contents.issued,
        "issued_first": issued.first if issued else "",
        "issued_last": issued.last if issued else "",
        **{urls_column(outcome): contents.outcomes[outcome] for outcome in OUTCOMES},
    }


def _text(facts: Mapping[str, object], name: str) -> str:
    value = facts.get(name)
    return kept(value, 255) if isinstance(value, str) else ""


def _number(facts: Mapping[str, object], name: str) -> int:
    value = facts.get(name)
    return min(value, _MAX_NUMBER) if isinstance(value, int) and value >= 0 else 0
