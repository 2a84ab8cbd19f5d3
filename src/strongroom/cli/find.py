"""`strongroom find`: which objects of an archive are about what."""

import argparse
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from strongroom.cli.archive_options import add_archive_options
from strongroom.cli.exits import Exit
from strongroom.cli.looking import catalogue, day_of
from strongroom.cli.parser import Subparsers, add_command, positive_int
from strongroom.cli.readable import readable
from strongroom.cli.report import program, show
from strongroom.model.amounts import counted
from strongroom.model.outcome import Outcome

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.repository.catalogue.values import Found, Page

_LIMIT: Final = 50
_MAX_LIMIT: Final = 10_000
_TEXTS: Final = ("title", "creator", "url", "host", "since", "until", "published_since", "published_until")


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "find",
        summary="find objects by title, URL, date, creator, host or outcome",
        description="List the objects of an archive of which a version fits all that is asked, the latest capture "
        "first. Case and accents do not matter in texts. Each WORD is looked for in the title, creator, publisher, "
        "subjects, description, identifiers and hosts, in the titles of pages, and, of bags that are no packages of "
        "strongroom, in bag-info.txt and the names of files.\n\nA URL counts that was asked for; one that a page links "
        "to and that was not asked for is found with --outcome refused.",
        usage="[WORD…] [OPTIONS]",
        run=run,
        examples=(
            "strongroom find harbour lamp",
            "strongroom find --title 'depot legal' --published-since 2019 --published-until 2021-06",
            "strongroom find --url 'https://example.org/news/*' --outcome blocked",
            "strongroom find --host '*.example.org' --since 2024 --json",
        ),
        exits=(Exit.STORAGE,),
    )
    parser.add_argument("words", nargs="*", metavar="WORD", help="part of what the object says of itself")
    parser.add_argument("--title", default="", metavar="TEXT", help="part of the title")
    parser.add_argument("--creator", default="", metavar="TEXT", help="part of a creator's name")
    parser.add_argument("--url", default="", metavar="URL", help="a URL in it; with * at the end, what it begins with")
    parser.add_argument("--host", default="", metavar="HOST", help="a host in it; *.example.org for all below too")
    parser.add_argument(
        "--outcome",
        choices=[outcome.value for outcome in Outcome],
        metavar="OUTCOME",
        help=f"of that URL or host, else of any URL: {', '.join(Outcome)}",
    )
    for option, what in (("since", "captured on or after"), ("until", "captured on or before")):
        parser.add_argument(f"--{option}", default="", metavar="DATE", help=f"{what} DATE: 2024, 2024-03, 2024-03-05")
    parser.add_argument("--published-since", default="", metavar="DATE", help="published on or after DATE")
    parser.add_argument("--published-until", default="", metavar="DATE", help="published on or before DATE")
    parser.add_argument("--withdrawn", action="store_true", help="withdrawn and purged objects too")
    parser.add_argument(
        "--limit", type=_limit, default=_LIMIT, metavar="N", help=f"at most N objects (default {_LIMIT})"
    )
    parser.add_argument("--after", default="", metavar="PLACE", help="go on where a page ended, as it says")
    add_archive_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    from strongroom.repository.catalogue.values import Criteria

    criteria = Criteria(
        words=tuple(arguments.words),
        outcome=Outcome(arguments.outcome) if arguments.outcome else None,
        withdrawn=arguments.withdrawn,
        **{name: getattr(arguments, name) for name in _TEXTS},
    )
    with catalogue(arguments) as opened:
        page = opened.find(criteria, limit=arguments.limit, after=arguments.after)
    return show(arguments, Exit.DONE, document=lambda: _document(page), lines=_lines(arguments, page))


def _limit(text: str) -> int:
    value = positive_int(text)
    if value > _MAX_LIMIT:
        raise argparse.ArgumentTypeError(f"{text} is more than {_MAX_LIMIT:,}; go through the pages with --after")
    return value


def _lines(arguments: argparse.Namespace, page: "Page") -> Iterator[str]:
    if hasattr(arguments, "quiet"):
        yield from (readable(one.object_id) for one in page.found)
        return
    for one in page.found:
        yield from _found_lines(one)
        yield ""
    if not page.found:
        yield "nothing found" if not page.total else f"{counted(page.total, 'object')}, none after that place"
    elif page.after:
        yield f"{len(page.found):,} of {counted(page.total, 'object')}; more with --after {shlex.quote(page.after)}"
    else:
        every = counted(page.total, "object")
        yield every if len(page.found) == page.total else f"the last of {every}"
    if len(page.found) == 1:
        yield f"all of it  {program()} show {shlex.quote(readable(page.found[0].object_id))}"


def _found_lines(one: "Found") -> Iterator[str]:
    yield readable(one.title or one.package_id)
    said = [f"by {one.creator}"] if one.creator else []
    said += [f"published {day_of(one.issued)}"] if one.issued else []
    said += [f"captured {day_of(one.captured)}"] if one.captured else []
    if said:
        yield f"  {readable(', '.join(said))}"
    if one.seed:
        yield f"  {readable(one.seed)}"
    version = f"  version {one.version} of {one.versions}" if one.versions > 1 else ""
    state = f"  {one.state}" if one.state != "kept" else ""
    yield f"  {readable(one.object_id)}{version}{state}"


def _document(page: "Page") -> "Output":
    from strongroom.cli.outputs.looking import FindOutput, FoundPart

    found = tuple(FoundPart.of(one) for one in page.found)
    return FindOutput(exit=Exit.DONE, total=page.total, found=found, after=page.after)
