"""The value of a finished capture, read from its journal."""

from datetime import datetime
from pathlib import Path
from typing import Any, cast

from strongroom.errors import NothingCapturedError, UsageError
from strongroom.model.capture import Capture
from strongroom.model.outcome import Relation
from strongroom.model.plan import Plan, RobotsPolicy, Scope
from strongroom.model.words import reason_in_words
from strongroom.web.journal import Journal
from strongroom.web.verdict import loss


def read_capture(work: Path, journal: Journal) -> Capture:
    """Read what was captured.

    Raises:
        UsageError: the capture is not finished.
        NothingCapturedError: no seed gave any answer.
    """
    ended_at = journal.fact("ended_at")
    if ended_at is None:
        raise UsageError(f"the capture in {work} is not finished; run its command again first, it goes on from there")
    seeds = [row for row in journal.links() if row.relation is Relation.SEED]
    if not any(row.record_id and row.status is not None for row in seeds):
        reasons = "; ".join(f"{row.url}: {reason_in_words(row.reason)}" for row in seeds)
        raise NothingCapturedError(f"no seed gave any answer, so there is no package. {reasons}")
    lost = (loss(row, is_page=is_page) for row, is_page in journal.lost())
    return Capture(
        work=work,
        package_id=str(journal.fact("package_id")),
        object_id=str(journal.fact("object_id")),
        plan=read_plan(journal),
        started_at=datetime.fromisoformat(str(journal.fact("started_at"))),
        ended_at=datetime.fromisoformat(str(ended_at)),
        warcs=journal.warcs(),
        counts=journal.counts(),
        loss=tuple(sentence for sentence in lost if sentence is not None),
    )


def read_plan(journal: Journal) -> Plan:
    """Read the plan that a journal was begun with."""
    rules = cast("dict[str, Any]", journal.fact("plan"))
    return Plan(
        seeds=tuple(rules["seeds"]),
        scope=Scope(rules["scope"]),
        depth=rules["depth"],
        include=tuple(rules["include"]),
        exclude=tuple(rules["exclude"]),
        max_urls=rules["max_urls"],
        max_bytes=rules["max_bytes"],
        max_seconds=rules["max_seconds"],
        robots=RobotsPolicy(rules["robots"]),
    )
