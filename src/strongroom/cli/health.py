"""`strongroom health`: is the archive well, in one exit status, for whoever has to be woken."""

import argparse
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from strongroom.cli.archive_options import add_archive_options, archive_settings
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit
from strongroom.cli.metrics import add_metrics_option, write_metrics
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.readable import readable
from strongroom.cli.report import finding_lines, finding_parts, show
from strongroom.errors import StorageError
from strongroom.model.finding import Finding, Severity
from strongroom.model.health import Gauge, Health

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.settings import Settings


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "health",
        summary="is the archive well, in one exit status",
        description="Look at an archive from outside: whether its store and log can be used, its replicas are there "
        "and up to date, room is left on the disks, keys are private, audits are in time, and no job or refused bag "
        "waits for a person. Nothing is read again and nothing is changed, so it can run every minute.",
        usage="[OPTIONS]",
        run=run,
        examples=(
            "strongroom health --root /srv/archive",
            "strongroom health --metrics /var/lib/prometheus/node-exporter/strongroom.prom -q",
        ),
        exits=(Exit.REFUSED, Exit.STORAGE),
    )
    add_metrics_option(parser)
    add_archive_options(parser, replicas=True, jobs=True)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = archive_settings(arguments)
    health = _health(arguments, settings)
    grave = any(one.severity is Severity.ERROR for one in health.findings)
    exit_ = Exit.REFUSED if grave else Exit.DONE
    now = clock()().timestamp()
    write_metrics(arguments.metrics, health.gauges, exit_=exit_, command="health", now=now)

    def document() -> "Output":
        from strongroom.cli.outputs.caring import GaugePart, HealthOutput

        return HealthOutput(
            exit=exit_,
            root=str(arguments.root),
            healthy=not health.findings,
            findings=finding_parts(health.findings),
            gauges=tuple(GaugePart(name=one.name, value=one.value, labels=dict(one.labels)) for one in health.gauges),
        )

    return show(arguments, exit_, document=document, lines=_lines(health, quiet=hasattr(arguments, "quiet")))


def _health(arguments: argparse.Namespace, settings: "Settings") -> Health:
    from strongroom.repository.health import look_after

    looked = look_after(arguments.root, settings, now=clock()())
    if any(one.code == "HEALTH-001" for one in looked.findings):
        return looked
    findings, gauges = _jobs(arguments, settings)
    return Health((*looked.findings, *findings), (*looked.gauges, *gauges))


def _jobs(arguments: argparse.Namespace, settings: "Settings") -> tuple[list[Finding], list[Gauge]]:
    from strongroom.jobs.job import State
    from strongroom.jobs.place import Place
    from strongroom.jobs.status import jobs_status
    from strongroom.model.rules import health as rules
    from strongroom.repository.archive import Archive

    try:
        status = jobs_status(Place.of(Archive.open(arguments.root), settings.archive.jobs), parked=0)
    except StorageError as error:
        return [rules.JOBS_AWAY.at("jobs", expected="a database that answers", found=str(error))], []
    gauges = [
        Gauge("strongroom_jobs", number, (("kind", kind.value), ("state", state.value)))
        for kind, states in sorted(status.counts.items())
        for state, number in sorted(states.items())
    ]
    parked = status.total(State.PARKED)
    found = [rules.PARKED.at("jobs", expected="none", found=f"{parked} parked")] if parked else []
    return found, gauges


def _lines(health: Health, *, quiet: bool) -> Iterator[str]:
    errors = sum(one.severity is Severity.ERROR for one in health.findings)
    if not health.findings:
        yield "healthy"
    else:
        yield f"{'not healthy' if errors else 'healthy, with something to look at'}: {len(health.findings)} findings"
    if quiet:
        return
    yield from finding_lines(health.findings)
    with suppress(ValueError):
        width = max(len(_name(one)) for one in health.gauges)
        yield ""
        yield from (f"{readable(_name(one)).ljust(width)}  {one.value:,.0f}" for one in health.gauges)


def _name(gauge: Gauge) -> str:
    labels = ", ".join(value for _, value in gauge.labels)
    return f"{gauge.name.removeprefix('strongroom_').replace('_', ' ')}{f' ({labels})' if labels else ''}"
