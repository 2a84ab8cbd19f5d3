"""Compose: everything of the information package that is not a WARC file is written around the WARC files.

The order is that of what speaks of what: each document names only those made before it, with their size and digest.
Nothing that is written is read again for its digest, with one exception that is an act of its own: the WARC files are
read once more and checked, since PREMIS says that they were.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from itertools import chain
from pathlib import Path

from strongroom import __version__
from strongroom.errors import StorageError
from strongroom.formats.dublincore import description_json, write_dublin_core
from strongroom.formats.links_csv import write_links
from strongroom.formats.mets.package import PackageParts, write_package_mets
from strongroom.formats.mets.representation import RepresentationParts, holds_content, write_representation_mets
from strongroom.formats.mets.writing import Header, Metadata
from strongroom.formats.premis import history
from strongroom.formats.premis.writing import write_premis
from strongroom.formats.readme.page import render_readme
from strongroom.formats.schema import schema_files
from strongroom.formats.settings_toml import write_settings
from strongroom.formats.wacz.cdxj import write_index
from strongroom.formats.wacz.files import write_datapackage, write_datapackage_digest, write_pages
from strongroom.formats.warc.check import check_warc
from strongroom.model.capture import Capture, RecordEntry, RecordType
from strongroom.model.description import Candidate, Description
from strongroom.model.digest import Fixity
from strongroom.model.event import Event
from strongroom.model.finding import Finding, Severity
from strongroom.model.package import Package, PackageFile
from strongroom.settings import Settings
from strongroom.storage import digesting, make_directory, write_file
from strongroom.web.journal import Journal

_SOFTWARE = f"strongroom {__version__}"
_CONTENT = (RecordType.RESPONSE, RecordType.REVISIT, RecordType.RESOURCE)
# MODS is known here for the packages of others; nothing of ours is written in it.
_SCHEMAS_LEFT_OUT = frozenset({"mods.xsd"})
_BASE = f"{history.REPRESENTATION}/"
_DATA = f"{_BASE}data/"


def compose(
    capture: Capture,
    description: Description,
    settings: Settings,
    *,
    clock: Callable[[], datetime],
    new_id: Callable[[], str],
) -> Package:
    """Write the package of a finished capture; running it again writes every file anew, by rename.

    Args:
        capture: its WARC files lie in the package already.
        description: what the page says of itself.
        settings: as resolved; they travel in the package.
        clock: the time, UTC.
        new_id: identifiers of events and rights, ``urn:uuid:…``.

    Returns:
        The package, complete on disk, with what was found in the WARC files.

    Raises:
        StorageError: the disk is full, or the WARC files are not what was captured.
        SchemaMissingError: a schema to be copied into the package is absent.
    """
    with closing(Journal.read(capture.work)) as journal:
        return _Composition(capture, description, settings, journal=journal, clock=clock, new_id=new_id).run()


class _Composition:
    """The files of one package as they come to be."""

    def __init__(
        self,
        capture: Capture,
        description: Description,
        settings: Settings,
        *,
        journal: Journal,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self._capture = capture
        self._description = description
        self._settings = settings
        self._journal = journal
        self._clock = clock
        self._new_id = new_id
        self._folder = capture.work / capture.package_id / "data" / capture.package_id
        self._names = history.Names.of(capture, __version__)
        self._title = description.first("dcterms:title") or description.first("dc:title") or description.url
        self._files: dict[str, PackageFile] = {
            path: PackageFile(path, warc.fixity, "application/warc+gzip", capture.ended_at)
            for warc in capture.warcs
            for path in (f"{history.ARCHIVE}/{warc.name}",)
        }

    def run(self) -> Package:
        self._write_wacz()
        self._write_lists()
        findings = self._check_warcs()
        events = [*self._events(findings)]
        representation = self._write_representation()
        self._write_root_premis(events)
        self._copy_schemas()
        readme = self._write_readme()
        self._write_root_mets(representation, readme)
        files = tuple(self._files[path] for path in sorted(self._files))
        created = self._files["METS.xml"].created
        capture = self._capture
        root = capture.work / capture.package_id
        seed = next(iter(capture.plan.seeds), "")
        return Package(
            capture.package_id, capture.object_id, root, files, self._title, created, url=seed, findings=findings
        )

    # Writing

    def _keep(self, path: str, fixity: Fixity, media_type: str, created: datetime) -> PackageFile:
        file = self._files[path] = PackageFile(path, fixity, media_type, created)
        return file

    def _write(self, path: str, chunks: Iterable[bytes], media_type: str) -> PackageFile:
        created = self._clock()
        make_directory((self._folder / path).parent)
        return self._keep(path, write_file(self._folder / path, chunks), media_type, created)

    def _stream(self, path: str, write: Callable[[Callable[[bytes], object]], None]) -> PackageFile:
        created = self._clock()
        make_directory((self._folder / path).parent)
        with digesting(self._folder / path) as file:
            write(file.write)
            return self._keep(path, file.close(), "application/xml", created)

    # The parts, in their order

    def _write_wacz(self) -> None:
        journal = self._journal
        self._write(f"{_DATA}indexes/index.cdxj", write_index(journal.records(_CONTENT)), "text/plain")
        self._write(f"{_DATA}pages/pages.jsonl", write_pages(journal.pages(), title=self._title), "text/plain")
        files = [
            (path.removeprefix(_DATA), file.fixity) for path, file in self._files.items() if path.startswith(_DATA)
        ]
        content = write_datapackage(
            files,
            title=self._title,
            created=self._capture.ended_at,
            software=_SOFTWARE,
            main_page=next(iter(journal.pages()), None),
        )
        package = self._write(f"{_DATA}datapackage.json", [content], "application/json")
        digest = write_datapackage_digest(package.fixity)
        self._write(f"{_DATA}datapackage-digest.json", [digest], "application/json")

    def _write_lists(self) -> None:
        self._write("metadata/other/links.csv", write_links(self._journal.links()), "text/csv")
        self._write("metadata/other/settings.toml", [write_settings(self._settings)], "text/plain")
        self._write("metadata/other/description.json", [description_json(self._description)], "application/json")
        extra = list(self._identifiers())
        self._stream(
            "metadata/descriptive/dc.xml",
            lambda write: write_dublin_core(self._description, extra, write, schemas="../../schemas"),
        )

    def _identifiers(self) -> Iterator[Candidate]:
        package = "urn:uuid:" + self._capture.package_id.removeprefix("uuid-")
        for value, pointer in ((package, "package"), (self._capture.object_id, "archival object")):
            yield Candidate(
                term="dcterms:identifier",
                value=value,
                language=None,
                source="capture",
                pointer=pointer,
                raw=value,
                record_id=None,
                chosen=True,
                reason="given when the package was made",
                encoding="dcterms:URI",
            )

    def _check_warcs(self) -> tuple[Finding, ...]:
        """Read the WARC files again; what is in them must be, record for record, what the journal says."""
        findings: list[Finding] = []
        # The journal lists what is about a file apart from what is about the capture; only the latter has an order.
        written = self._journal.records([one for one in RecordType if one is not RecordType.WARCINFO])
        for warc in self._capture.warcs:
            path = f"{history.ARCHIVE}/{warc.name}"
            faulty = False
            for one in check_warc(self._folder / path, where=path):
                if isinstance(one, Finding):
                    findings.append(one)
                    faulty = faulty or one.severity is not Severity.INFO
                elif one.type is RecordType.WARCINFO:
                    continue
                elif not faulty and not _same(one, next(written, None)):
                    _changed(self._folder / path)
            if faulty:
                return tuple(findings) + tuple(self._check_rest(warc.name))
        if next(written, None) is not None:
            _changed(self._folder / history.ARCHIVE)
        return tuple(findings)

    def _check_rest(self, after: str) -> Iterator[Finding]:
        """The files behind one with a fault: its records cannot be counted off, so the journal is not compared."""
        names = [warc.name for warc in self._capture.warcs]
        for name in names[names.index(after) + 1 :]:
            path = f"{history.ARCHIVE}/{name}"
            yield from (one for one in check_warc(self._folder / path, where=path) if isinstance(one, Finding))

    def _events(self, findings: tuple[Finding, ...]) -> Iterator[Event]:
        names, new_id = self._names, self._new_id
        yield from history.capture_events(names, self._capture, self._settings, (new_id(), new_id()))
        article = self._journal.article()
        read_from = article.record_id if article is not None and holds_content(article) else None
        yield history.extraction_event(
            names,
            self._description,
            read_from,
            identifier=new_id(),
            at=self._files["metadata/descriptive/dc.xml"].created,
        )
        yield history.validation_event(names, self._capture, findings, identifier=new_id(), at=self._clock())

    def _content(self) -> Iterator[RecordEntry]:
        return filter(holds_content, self._journal.records(_CONTENT))

    def _write_representation(self) -> PackageFile:
        data = [file for path, file in sorted(self._files.items()) if path.startswith(_DATA)]
        objects = chain(history.file_objects(self._names, data), history.record_objects(self._names, self._content()))
        premis = self._stream(
            f"{_BASE}metadata/preservation/premis-records.xml",
            lambda write: write_premis(write, schemas="../../../../schemas", objects=objects),
        )
        kinds = {page.record_id: "linked-page" if page.hop else "article" for page in self._journal.pages()}
        parts = RepresentationParts(
            base=_BASE,
            data=data,
            preservation=[Metadata("premis-records", premis, "PREMIS", version="3.0")],
            records=self._content(),
            kinds=kinds,
            edges=self._journal.edges(),
        )
        header = self._header(_BASE.rstrip("/").rpartition("/")[2])
        return self._stream(f"{_BASE}METS.xml", lambda write: write_representation_mets(write, header, parts))

    def _header(self, identifier: str) -> Header:
        organization = self._settings.pack.source_organization
        return Header(identifier, self._title, self._clock(), ("strongroom", __version__), organization)

    def _write_root_premis(self, events: list[Event]) -> None:
        creation = history.creation_event(self._names, self._settings, identifier=self._new_id(), at=self._clock())
        identifiers = iter(self._new_id, "")
        self._stream(
            "metadata/preservation/premis.xml",
            lambda write: write_premis(
                write,
                schemas="../../schemas",
                objects=history.package_objects(self._names, self._capture),
                events=[*events, creation],
                agents=history.agents(self._names, self._settings, __version__),
                rights=history.rights(self._names, self._description, identifiers),
            ),
        )

    def _copy_schemas(self) -> None:
        for schema in schema_files():
            if schema.file not in _SCHEMAS_LEFT_OUT:
                self._write(f"schemas/{schema.file}", [schema.read()], "application/xml")

    def _write_readme(self) -> PackageFile:
        created = self._clock()
        content = render_readme(
            capture=self._capture,
            description=self._description,
            rows=self._journal.links(),
            pages=self._journal.pages(),
            files=[self._files[path] for path in sorted(self._files)],
            created=created,
            software=_SOFTWARE,
        )
        return self._write("documentation/README.html", [content], "text/html")

    def _write_root_mets(self, representation: PackageFile, readme: PackageFile) -> None:
        files = self._files
        parts = PackageParts(
            descriptive=[
                Metadata("dc", files["metadata/descriptive/dc.xml"], "DC"),
                Metadata("description", files["metadata/other/description.json"], "OTHER", "strongroom description"),
            ],
            preservation=[
                Metadata("premis", files["metadata/preservation/premis.xml"], "PREMIS", version="3.0"),
                Metadata("links", files["metadata/other/links.csv"], "OTHER", "strongroom links"),
                Metadata("settings", files["metadata/other/settings.toml"], "OTHER", "strongroom settings"),
            ],
            documentation=[readme],
            schemas=[file for path, file in sorted(files.items()) if path.startswith("schemas/")],
            representation=representation,
        )
        header = self._header(self._capture.package_id)
        self._stream("METS.xml", lambda write: write_package_mets(write, header, parts))


def _same(read: RecordEntry, written: RecordEntry | None) -> bool:
    return written is not None and (
        (read.record_id, read.warc, read.offset_bytes, read.length_bytes, read.block_digest, read.payload_digest)
        == (
            written.record_id,
            written.warc,
            written.offset_bytes,
            written.length_bytes,
            written.block_digest,
            written.payload_digest,
        )
    )


def _changed(path: Path) -> None:
    raise StorageError(
        f"{path} is not what was written there during the capture; check the disk and capture again in another folder"
    )
