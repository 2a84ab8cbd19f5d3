"""links.csv: one row for every URL that was seen, with its outcome and the reason (RFC 4180, UTF-8, header row)."""

import csv
import io
from collections.abc import Iterable, Iterator

from strongroom.model.outcome import LinkRow, Outcome, Relation

COLUMNS = (
    "url",
    "outcome",
    "reason",
    "status",
    "media_type",
    "bytes",
    "record_id",
    "found_on",
    "relation",
    "hop",
    "attempts",
)


def write_links(rows: Iterable[LinkRow]) -> Iterator[bytes]:
    """Yield the file in pieces; what is absent is an empty field, lines end with CR LF."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, row in enumerate(rows, start=1):
        writer.writerow(
            (
                row.url,
                row.outcome.value,
                row.reason,
                row.status,
                row.media_type,
                row.bytes,
                row.record_id,
                row.found_on,
                row.relation.value,
                row.hop,
                row.attempts,
            )
        )
        if number % 1000 == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def read_links(lines: Iterable[str]) -> Iterator[LinkRow]:
    """Read the rows back; raises `ValueError` with the number of the line that is not one of ours."""
    reader = csv.reader(lines, strict=True)
    try:
        header = tuple(next(reader, ()))
        for row in reader:
            yield _row(row)
    except (csv.Error, ValueError) as error:
        raise ValueError(f"line {reader.line_num}: {error}") from error
    if header != COLUMNS:
        raise ValueError("line 1: this is not the header of links.csv")


def _row(row: list[str]) -> LinkRow:
    if len(row) != len(COLUMNS):
        raise ValueError(f"{len(row)} field{'' if len(row) == 1 else 's'} instead of {len(COLUMNS)}")
    url, outcome, reason, status, media_type, size, record_id, found_on, relation, hop, attempts = row
    return LinkRow(
        url,
        Outcome(outcome),
        reason,
        int(status) if status else None,
        media_type,
        int(size) if size else None,
        record_id or None,
        found_on,
        Relation(relation),
        int(hop),
        int(attempts),
    )
