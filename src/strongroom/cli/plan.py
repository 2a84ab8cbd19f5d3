"""`strongroom plan`: what would be captured, and why or why not; nothing but the pages named is fetched."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from strongroom.cli.capture_options import add_capture_options, settings_of
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.readable import readable
from strongroom.cli.report import show
from strongroom.cli.watching import watching
from strongroom.model.amounts import counted
from strongroom.model.outcome import Relation
from strongroom.model.plan import Plan, PlannedLink
from strongroom.model.progress import Progress, Stage
from strongroom.model.words import (
    reason_in_general,
    reason_in_words,
    relation_in_words,
    robots_in_words,
    scope_in_words,
)

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "plan",
        summary="show what would be captured, and why or why not",
        description="Fetch the pages named and robots.txt, and say of each link whether it would be captured and why. "
        "Nothing is kept. Style sheets and linked pages name further URLs, which only a capture finds.\n\n"
        "The links stand in groups of one decision and one reason, and are counted at the end; --quiet shows nothing "
        "but the URLs that would be fetched. The exit status is 5 when no page named could be captured.",
        usage="URL… [OPTIONS]",
        run=run,
        examples=(
            "strongroom plan https://example.org/article",
            "strongroom plan https://example.org/ --scope prefix --depth 2 --exclude '\\.zip$'",
            "strongroom plan https://example.org/article --json",
        ),
        exits=(Exit.NOTHING,),
    )
    parser.add_argument("urls", nargs="+", metavar="URL", help="where the capture would begin; http or https")
    add_capture_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = settings_of(arguments)
    from strongroom.workflow import preview

    with watching(arguments) as on_progress:
        on_progress(Progress(Stage.PLAN, current=arguments.urls[0]))
        plan = preview(arguments.urls, settings, clock=clock())
    exit_ = Exit.DONE if any(link.fetch for link in plan.links if link.relation is Relation.SEED) else Exit.NOTHING
    return show(
        arguments,
        exit_,
        document=lambda: _document(plan, exit_),
        lines=_lines(plan, quiet=hasattr(arguments, "quiet")),
    )


def _lines(plan: Plan, *, quiet: bool) -> Iterator[str]:
    if quiet:
        yield from (readable(link.url) for link in plan.links if link.fetch)
        return
    yield f"{scope_in_words(plan)}; robots.txt is {robots_in_words(plan.robots)}"
    groups = _groups(plan)
    for group, links in groups.items():
        yield ""
        yield _heading(*group, len(links))
        for link in links:
            yield f"  {readable(link.url)}{_detail(link)}"
    fetched = sum(link.fetch for link in plan.links)
    yield ""
    urls = counted(len(plan.links), "URL")
    yield f"{urls}: {fetched:,} would be fetched, {len(plan.links) - fetched:,} would not"
    if len(groups) > 1:
        yield from (f"  {_heading(*group, len(links))}" for group, links in groups.items())


def _groups(plan: Plan) -> dict[tuple[bool, Relation, str], list[PlannedLink]]:
    """The links by decision, relation and reason: what would be fetched first, then the order of the documents."""
    groups: dict[tuple[bool, Relation, str], list[PlannedLink]] = {}
    for link in sorted(plan.links, key=lambda link: not link.fetch):
        groups.setdefault((link.fetch, link.relation, reason_in_general(link.reason)), []).append(link)
    return groups


def _heading(fetch: bool, relation: Relation, reason: str, count: int) -> str:
    return f"{'fetch' if fetch else 'skip':<5}  {count:>6,}  {relation_in_words(relation):<24}  {readable(reason)}"


def _detail(link: PlannedLink) -> str:
    """What the heading of the group leaves out about a URL that would not be fetched."""
    reason = reason_in_words(link.reason)
    return "" if link.fetch or reason == reason_in_general(link.reason) else f"  ({readable(reason)})"


def _document(plan: Plan, exit_: Exit) -> "Output":
    from strongroom.cli.outputs.making import LinkPart, PlanOutput

    return PlanOutput(
        exit=exit_,
        seeds=plan.seeds,
        scope=plan.scope,
        depth=plan.depth,
        robots=plan.robots,
        links=tuple(map(LinkPart.of, plan.links)),
    )
