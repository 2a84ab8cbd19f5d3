"""`strongroom plan`: what would be captured, and why or why not; nothing but the pages named is fetched."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from strongroom.cli.capture_options import add_capture_options, settings_of
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.readable import readable
from strongroom.cli.report import clean, show
from strongroom.cli.watching import watching
from strongroom.model.outcome import Relation
from strongroom.model.plan import Plan
from strongroom.model.progress import Progress, Stage

if TYPE_CHECKING:
    from strongroom.cli.outputs import Output


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "plan",
        summary="show what would be captured, and why or why not",
        description="Fetch the pages named and robots.txt, and say of each link whether it would be captured and why. "
        "Nothing is kept. The exit status is 5 when no seed could be captured. Style sheets "
        "and linked pages name further URLs, which only a capture finds.",
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
    if not quiet:
        depth = "no bound" if plan.depth is None else str(plan.depth)
        yield f"scope {plan.scope.value}, depth {depth}, robots.txt: {plan.robots.value}"
        yield ""
    for link in plan.links:
        decision = "fetch" if link.fetch else "skip"
        yield f"{decision:<5}  {link.relation.value:<9}  {readable(link.url)}  ({readable(link.reason)})"
    if not quiet:
        fetched = sum(link.fetch for link in plan.links)
        yield ""
        yield f"{len(plan.links):,} URLs: {fetched:,} would be fetched, {len(plan.links) - fetched:,} would not"


def _document(plan: Plan, exit_: Exit) -> "Output":
    from strongroom.cli.outputs import LinkPart, PlanOutput

    return PlanOutput(
        exit=exit_,
        seeds=plan.seeds,
        scope=plan.scope,
        depth=plan.depth,
        robots=plan.robots,
        links=tuple(
            LinkPart(
                url=clean(link.url),
                relation=link.relation,
                fetch=link.fetch,
                reason=clean(link.reason),
                found_on=clean(link.found_on),
                hop=link.hop,
            )
            for link in plan.links
        ),
    )
