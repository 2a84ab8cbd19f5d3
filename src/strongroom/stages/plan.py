"""Plan: from the URLs somebody typed to the seeds and rules of a capture."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from strongroom.errors import UsageError
from strongroom.formats.url import parse
from strongroom.model.plan import Plan, PlannedLink, Scope
from strongroom.settings import PlanSettings


def plan(
    urls: Sequence[str],
    settings: PlanSettings,
    *,
    look: Callable[[Plan], tuple[PlannedLink, ...]] = lambda _: (),
) -> Plan:
    """Read the seeds and check the rules; nothing is asked of any server, unless `look` does.

    Args:
        look: says what would be done about each link of the seeds; by default nobody looks, and there are none.

    Raises:
        UsageError: naming every URL that is none, and every pattern that is no regular expression.
    """
    seeds: dict[str, None] = {}
    faults = [] if urls else ["no URL was given; name at least one"]
    for text in urls:
        url = parse(text.strip())
        if url is None:
            faults.append(f"{text!r} is not a URL; write it in full, like https://example.org/article")
        elif not url.is_http or not url.host:
            faults.append(f"{text!r} is not an http or https URL; only those can be captured")
        else:
            seeds[url.href] = None
    for pattern in (*settings.include, *settings.exclude):
        try:
            re.compile(pattern)
        except re.error as error:
            faults.append(f"the pattern {pattern!r} is not a regular expression: {error}")
    if faults:
        raise UsageError("; ".join(faults))
    depth = settings.depth
    if settings.scope is Scope.PAGE:
        depth = 0
    elif settings.scope is Scope.LINKED and depth is None:
        depth = 1
    planned = Plan(
        seeds=tuple(seeds),
        scope=settings.scope,
        depth=depth,
        include=settings.include,
        exclude=settings.exclude,
        max_urls=settings.max_urls,
        max_bytes=settings.max_bytes,
        max_seconds=settings.max_seconds,
        robots=settings.robots,
    )
    return replace(planned, links=look(planned))
