"""`--metrics FILE`: figures in the text format of Prometheus, for a collector that reads files (node_exporter's)."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from strongroom.cli.exits import Exit
from strongroom.errors import UsageError
from strongroom.model.health import Gauge

_MEANINGS = {
    "strongroom_archive_objects": "Objects in the catalogue.",
    "strongroom_archive_versions": "Versions in the catalogue.",
    "strongroom_archive_bytes": "Bytes of all versions in the catalogue, as bags.",
    "strongroom_audit_overdue_objects": "Objects of a copy with a file that was not read again in time.",
    "strongroom_damaged_objects_kept": "Objects whose damaged bytes lie in quarantine.",
    "strongroom_exit_status": "What the command that wrote this returned.",
    "strongroom_findings": "Findings of the command that wrote this, by severity.",
    "strongroom_free_bytes": "Room left on the disk of a copy.",
    "strongroom_jobs": "Jobs by kind and state.",
    "strongroom_log_entries": "Entries in the log of a copy.",
    "strongroom_quarantined_bags": "Refused bags that lie in quarantine.",
    "strongroom_written_seconds": "When this was written, seconds since 1970.",
}


def add_metrics_option(parser: argparse.ArgumentParser) -> None:
    """Where figures go."""
    parser.add_argument(
        "--metrics", type=Path, metavar="FILE", default=None, help="also write figures to FILE, for Prometheus"
    )


def write_metrics(path: Path | None, gauges: Iterable[Gauge], *, exit_: Exit, command: str, now: float) -> None:
    """Write the figures in one step, or nothing where there is no path.

    Args:
        path: of the file, which a reader finds whole at every moment.
        gauges: those of one name have the same labels.
        exit_: and `command` say which run the figures come of.
        now: seconds since 1970.

    Raises:
        UsageError: the file cannot be written.
    """
    if path is None:
        return
    from prometheus_client import CollectorRegistry, write_to_textfile
    from prometheus_client import Gauge as Metric

    registry = CollectorRegistry()
    metrics: dict[str, Metric] = {}
    stated = (
        Gauge("strongroom_exit_status", exit_, (("command", command),)),
        Gauge("strongroom_written_seconds", now, (("command", command),)),
    )
    for gauge in (*gauges, *stated):
        names = [name for name, _ in gauge.labels]
        if gauge.name not in metrics:
            metrics[gauge.name] = Metric(gauge.name, _MEANINGS[gauge.name], names, registry=registry)
        metric = metrics[gauge.name]
        (metric.labels(*(value for _, value in gauge.labels)) if names else metric).set(gauge.value)
    try:
        write_to_textfile(str(path), registry)
    except OSError as error:
        raise UsageError(f"cannot write the metrics {path}: {error.strerror}; choose another file") from error
