"""The schemas that XML documents are judged by: pinned, complete, never fetched, never chosen by the document.

All schemas are compiled into one, so a document in METS that wraps PREMIS or Dublin Core is judged as a whole. What a
document says in ``xsi:schemaLocation`` is not followed.
"""

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from lxml import etree

from strongroom.errors import SchemaMissingError
from strongroom.formats.xml import MAX_BYTES, not_well_formed, opening_fault, safe_parser, syntax_fault
from strongroom.model.finding import Finding
from strongroom.model.rules import package as rules
from strongroom.storage import saying

FOLDER: Final = Path(__file__).resolve().parent.parent / "schemas"

# Up to this size a document is held in memory, and its faults have line numbers; above, it is validated as a stream.
_TREE_BYTES: Final = 16 * 2**20
# Of one document: a document in the wrong version of a standard has a fault in every element.
_MAX_FINDINGS: Final = 1000

_REMEDY = "install strongroom again; schemas come with it and are never fetched"


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """A schema as SOURCES.toml pins it; `provider` is the package it was taken from when strongroom was built."""

    file: str
    namespace: str
    version: str
    provider: str
    sha256: str

    def read(self) -> bytes:
        """The bytes, if they are the pinned ones; raises `SchemaMissingError` otherwise."""
        path = FOLDER / self.file
        try:
            content = path.read_bytes()
        except OSError as error:
            raise SchemaMissingError(f"the schema {self.file} is missing at {path}; {_REMEDY}") from error
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise SchemaMissingError(f"the schema {path} is not the one pinned in SOURCES.toml; {_REMEDY}")
        return content


@lru_cache(maxsize=1)
def schema_files() -> tuple[SchemaFile, ...]:
    """All pinned schemas, official ones first."""
    path = FOLDER / "SOURCES.toml"
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["schema"]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise SchemaMissingError(f"the list of schemas is missing at {path}; {_REMEDY}") from error
    names = SchemaFile.__dataclass_fields__
    return tuple(SchemaFile(**{name: entry[name] for name in names}) for entry in entries)


class _Pinned(etree.Resolver):
    """Answers every import of a schema from the pinned ones, whatever address stands in it."""

    def __init__(self, contents: dict[str, bytes]) -> None:
        self._contents = contents

    def resolve(  # type: ignore[override] # the stubs leave out the third argument, which lxml passes
        self,
        system_url: str,
        public_id: str,  # noqa: ARG002 - lxml passes it
        context: object,
    ) -> object:
        name = system_url.rpartition("/")[2]
        # An unknown name gets an empty answer, which is no schema: compiling fails, and nothing else is asked.
        return self.resolve_string(self._contents.get(name, b""), context, base_url=name)


@lru_cache(maxsize=1)
def schemas() -> etree.XMLSchema:
    """All pinned schemas as one; compiled once in a process.

    Raises:
        SchemaMissingError: one is absent, is not the pinned one, or does not compile.
    """
    files = schema_files()
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    parser.resolvers.add(_Pinned({one.file: one.read() for one in files}))
    imports = "".join(f'<xs:import namespace="{one.namespace}" schemaLocation="{one.file}"/>' for one in files)
    driver = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    try:
        return etree.XMLSchema(etree.fromstring(driver.encode(), parser))
    except etree.LxmlError as error:
        raise SchemaMissingError(f"the schemas do not compile: {error}; {_REMEDY}") from error


def validate_xml(path: Path, *, where: str, max_bytes: int = MAX_BYTES) -> Iterator[Finding]:
    """Yield what is wrong with a document, by XML 1.0 and by the schema of its root element.

    Documents above 16 MiB are read as a stream: memory stays flat, faults carry no line number, and duplicate
    identifiers are left to the checks of METS and PREMIS.

    Args:
        path: the document.
        where: the path to name in findings.
        max_bytes: what is longer is refused unread.
    """
    if fault := opening_fault(path, where=where, max_bytes=max_bytes):
        yield fault
        return
    if path.stat().st_size > _TREE_BYTES:
        yield from _validate_stream(path, where)
        return
    try:
        with saying("read", path):
            tree = etree.fromstring(path.read_bytes(), safe_parser())
    except etree.XMLSyntaxError as error:
        yield not_well_formed(error, where)
        return
    judge = schemas()
    if not judge.validate(tree):
        yield from _findings(judge.error_log, where)


def _validate_stream(path: Path, where: str) -> Iterator[Finding]:
    # With a schema, libxml2 does not tell every fault of syntax while it streams: those are looked for first.
    if fault := syntax_fault(path, where=where):
        yield fault
        return
    with saying("read", path), path.open("rb") as file:
        reader = etree.iterparse(
            file, events=("end",), schema=schemas(), resolve_entities=False, no_network=True, load_dtd=False
        )
        try:
            for _, element in reader:
                element.clear()
                parent = element.getparent()
                if parent is not None:
                    while element.getprevious() is not None:
                        del parent[0]
        except etree.XMLSyntaxError as error:
            # It says that the document is not valid; the log says where and why.
            if not reader.error_log:
                yield not_well_formed(error, where)
    yield from _findings(reader.error_log, where)


def _findings(log: etree._ListErrorLog, where: str) -> Iterator[Finding]:
    seen: set[tuple[int, str]] = set()
    for entry in log:
        if (entry.line, entry.message) in seen:
            continue
        if len(seen) == _MAX_FINDINGS:
            yield rules.XML_INVALID.at(where, expected="a valid document", found=f"more than {_MAX_FINDINGS} faults")
            return
        seen.add((entry.line, entry.message))
        place = f"{where}#line={entry.line}" if entry.line else where
        yield rules.XML_INVALID.at(place, expected="as the schema says", found=entry.message)
