"""`strongroom diff`: what changed from one capture of an object to another."""

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from strongroom.cli.archive_options import add_archive_options
from strongroom.cli.exits import Exit
from strongroom.cli.looking import catalogue, day_of
from strongroom.cli.parser import Subparsers, add_command, positive_int, whole
from strongroom.cli.readable import readable
from strongroom.cli.report import show
from strongroom.errors import UsageError

if TYPE_CHECKING:
    from strongroom.cli.outputs.looking import FilesPart, LinkPart, LinksPart
    from strongroom.cli.outputs.parts import Output
    from strongroom.repository.catalogue.comparing import Difference, LinkChange, LinkState, Value
    from strongroom.repository.catalogue.values import CataloguedObject

_LIMIT: Final = 100


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "diff",
        summary="what changed between two versions of an object",
        description="Compare two versions of an object, the last two when none are named: links that came, went or "
        "changed (another outcome, status or payload), values of the description, and files. Everything is read from "
        "the store.",
        usage="ID [V1 V2] [OPTIONS]",
        run=run,
        examples=("strongroom diff urn:uuid:5f… 1 2", "strongroom diff uuid-5f --limit 1000 --json"),
        exits=(Exit.STORAGE,),
    )
    parser.add_argument("id", metavar="ID", help="of the object or a bag, or the beginning of it")
    parser.add_argument("numbers", nargs="*", type=positive_int, metavar="V1 V2", help="of the versions, from 1")
    parser.add_argument(
        "--limit", type=whole, default=_LIMIT, metavar="N", help=f"name at most N of each kind (default {_LIMIT})"
    )
    add_archive_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    with catalogue(arguments) as opened:
        found = opened.show(arguments.id)
        first, second = _numbers(found, arguments.numbers)
        difference = opened.diff(found, first, second, limit=arguments.limit)
    return show(
        arguments,
        Exit.DONE,
        document=lambda: _document(found, difference),
        lines=_lines(found, difference, quiet=hasattr(arguments, "quiet")),
    )


def _numbers(found: "CataloguedObject", asked: Sequence[int]) -> tuple[int, int]:
    if len(asked) == 2:
        return asked[0], asked[1]
    if asked:
        raise UsageError("name two versions, or none for the last two; `strongroom versions ID` lists them")
    if len(found.versions) < 2:
        raise UsageError(f"{found.object_id} has one version, which can be compared with nothing")
    return found.versions[-2].number, found.versions[-1].number


def _lines(found: "CataloguedObject", difference: "Difference", *, quiet: bool) -> Iterator[str]:
    first, second = difference.first, difference.second
    yield (
        f"{readable(found.object_id)}: version {first.number} ({day_of(first.captured or first.committed)}) to version "
        f"{second.number} ({day_of(second.captured or second.committed)})"
    )
    gained, lost, changed = difference.links
    yield f"links        {gained:,} gained, {lost:,} lost, {changed:,} changed"
    if not quiet:
        for sign, links, total in (
            ("+", difference.gained, gained),
            ("-", difference.lost, lost),
            ("~", difference.changed, changed),
        ):
            yield from _link_lines(sign, links)
            yield from _more(total - len(links))
    yield f"description  {len(difference.values_gained):,} values gained, {len(difference.values_lost):,} lost"
    if not quiet:
        yield from _value_lines("+", difference.values_gained)
        yield from _value_lines("-", difference.values_lost)
    added, removed, rewritten = difference.files
    yield f"files        {added:,} added, {removed:,} removed, {rewritten:,} rewritten"
    if not quiet:
        for sign, paths, total in (
            ("+", difference.added, added),
            ("-", difference.removed, removed),
            ("~", difference.rewritten, rewritten),
        ):
            yield from (f"  {sign} {readable(path)}" for path in paths)
            yield from _more(total - len(paths))
    yield from (f"not read     {readable(fault)}" for fault in difference.faults)


def _more(number: int) -> Iterator[str]:
    if number:
        yield f"    and {number:,} more; --limit names more of them"


def _link_lines(sign: str, links: "Sequence[LinkChange]") -> Iterator[str]:
    for link in links:
        yield f"  {sign} {readable(link.url)}"
        before, after = link.before, link.after
        if before is not None and after is not None:
            same = before[:3] == after[:3]
            yield f"      {_said(before)}" + (", other content" if same else f" -> {_said(after)}")
        elif (only := before or after) is not None:
            yield f"      {_said(only)}"


def _said(state: "LinkState") -> str:
    return readable(f"{state.outcome.value}: {state.reason}")


def _value_lines(sign: str, values: "Sequence[Value]") -> Iterator[str]:
    for term, value, language in values:
        yield f"  {sign} {readable(term)}  {readable(value)}{f' ({readable(language)})' if language else ''}"


def _document(found: "CataloguedObject", difference: "Difference") -> "Output":
    from strongroom.cli.outputs.looking import DiffOutput, ValuePart

    def parts(values: "Sequence[Value]") -> tuple[ValuePart, ...]:
        return tuple(ValuePart(term=term, value=value, language=language) for term, value, language in values)

    return DiffOutput(
        exit=Exit.DONE,
        object_id=found.object_id,
        first=difference.first.number,
        second=difference.second.number,
        links=_links(difference),
        values_gained=parts(difference.values_gained),
        values_lost=parts(difference.values_lost),
        files=_files(difference),
        faults=difference.faults,
    )


def _links(difference: "Difference") -> "LinksPart":
    from strongroom.cli.outputs.looking import LinksPart

    gained, lost, changed = difference.links
    return LinksPart(
        gained_total=gained,
        lost_total=lost,
        changed_total=changed,
        gained=tuple(map(_link, difference.gained)),
        lost=tuple(map(_link, difference.lost)),
        changed=tuple(map(_link, difference.changed)),
    )


def _link(change: "LinkChange") -> "LinkPart":
    from strongroom.cli.outputs.looking import LinkPart, LinkStatePart

    states = (None if state is None else LinkStatePart.of(state) for state in (change.before, change.after))
    before, after = states
    return LinkPart(url=change.url, before=before, after=after)


def _files(difference: "Difference") -> "FilesPart":
    from strongroom.cli.outputs.looking import FilesPart

    added, removed, rewritten = difference.files
    return FilesPart(
        added_total=added,
        removed_total=removed,
        rewritten_total=rewritten,
        added=difference.added,
        removed=difference.removed,
        rewritten=difference.rewritten,
    )
