"""`strongroom show`: all that is known of an object."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from strongroom.cli.archive_options import add_archive_options
from strongroom.cli.exits import Exit
from strongroom.cli.looking import catalogue, outcome_words, state_of, tombstone_lines, tombstone_part, version_part
from strongroom.cli.parser import Subparsers, add_command, positive_int
from strongroom.cli.readable import readable
from strongroom.cli.report import show
from strongroom.model.amounts import amount, counted

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.repository.catalogue.values import CataloguedObject, Detail

_HOSTS = 5


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "show",
        summary="what is known of an object of the archive",
        description="Show an object: whether it is kept or withdrawn, its versions, and of the newest of them, or the "
        "one asked for, the description, the sender and what became of its URLs. ID is the identifier of the object, "
        "the name of a bag or an ingest identifier, or the beginning of one that leads to one object.",
        usage="ID [OPTIONS]",
        run=run,
        examples=("strongroom show urn:uuid:5f…", "strongroom show uuid-5f --version-number 2 --json"),
        exits=(Exit.STORAGE,),
    )
    parser.add_argument("id", metavar="ID", help="of the object or a bag, or the beginning of it")
    parser.add_argument("--version-number", type=positive_int, metavar="N", help="of the object, from 1")
    add_archive_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    with catalogue(arguments) as opened:
        found = opened.show(arguments.id)
        detail = opened.detail(found, arguments.version_number)
    return show(
        arguments,
        Exit.DONE,
        document=lambda: _document(found, detail),
        lines=_lines(found, detail, quiet=hasattr(arguments, "quiet")),
    )


def _lines(found: "CataloguedObject", detail: "Detail", *, quiet: bool) -> Iterator[str]:
    version = detail.version
    yield readable(version.title or version.package_id)
    yield f"object     {readable(found.object_id)}, {state_of(found)}"
    yield from tombstone_lines(found)
    if quiet:
        return
    yield f"version    {version.number} of {len(found.versions)}, stored {version.committed}"
    yield f"bag        {readable(version.package_id)}, {counted(version.files, 'file')}, {amount(version.length_bytes)}"
    yield f"ingest     {version.ingest_id}, log entry {version.entry}"
    for label, value in (
        ("creator", version.creator),
        ("published", version.issued),
        ("captured", version.captured),
        ("URL", version.seed),
    ):
        if value:
            yield f"{label:<9}  {readable(value)}"
    if version.kind == "package":
        yield f"URLs       {outcome_words(version.outcomes)}"
    if detail.hosts:
        more = f", and {detail.hosts_total - _HOSTS} more" if detail.hosts_total > _HOSTS else ""
        yield f"hosts      {readable(', '.join(host for host, _ in detail.hosts[:_HOSTS]))}{more}"
    if warnings := _texts(detail, "warnings"):
        yield f"warnings   {' '.join(warnings)}"
    yield f"replicas   {len(_texts(detail, 'replicas'))} when it was logged"
    yield from (f"not read   {readable(fault)}" for fault in detail.faults)
    if detail.values:
        yield ""
        for term, value, language in detail.values:
            yield f"  {readable(term)}  {readable(value)}{f' ({readable(language)})' if language else ''}"
    if detail.info:
        yield ""
        yield from (f"  {readable(label)}: {readable(value)}" for label, value in detail.info)


def _texts(detail: "Detail", name: str) -> tuple[str, ...]:
    """A list of texts that the log has of the version."""
    value: Any = detail.logged.get(name, ())
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _document(found: "CataloguedObject", detail: "Detail") -> "Output":
    from strongroom.cli.outputs.looking import ElementPart, HostPart, ShowOutput, ValuePart

    return ShowOutput(
        exit=Exit.DONE,
        object_id=found.object_id,
        state=found.state,
        since=found.since,
        tombstone=tombstone_part(found),
        versions=tuple(version.number for version in found.versions),
        version=version_part(detail.version),
        values=tuple(ValuePart(term=term, value=value, language=language) for term, value, language in detail.values),
        info=tuple(ElementPart(label=label, value=value) for label, value in detail.info),
        hosts=tuple(HostPart(host=host, urls=urls) for host, urls in detail.hosts),
        hosts_total=detail.hosts_total,
        warnings=_texts(detail, "warnings"),
        replicas=_texts(detail, "replicas"),
        faults=detail.faults,
    )
