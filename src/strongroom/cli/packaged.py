"""How `preserve`, `pack` and `demo` show the package that they made."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from strongroom.cli.exits import Exit
from strongroom.cli.readable import readable
from strongroom.cli.report import count_findings, finding_lines, finding_parts, program
from strongroom.model.amounts import amount, counted
from strongroom.model.capture import Capture
from strongroom.model.outcome import Outcome
from strongroom.model.words import reason_in_general

if TYPE_CHECKING:
    from strongroom.model.package import Bag
    from strongroom.workflow import Preserved

_LOSS_SHOWN = 20
_BAR = 30


def exit_of(capture: Capture) -> Exit:
    """Done, or done with loss."""
    return Exit.LOSS if capture.loss else Exit.DONE


def package_fields(preserved: "Preserved") -> dict[str, Any]:
    """What the JSON documents of all three have in common."""
    bag, capture = preserved.bag, preserved.capture
    return {
        "package": str(bag.path),
        "id": bag.id,
        "object_id": capture.object_id,
        "seeds": capture.plan.seeds,
        "outcomes": outcome_counts(capture.counts),
        "loss": capture.loss,
        "payload_bytes": bag.payload_bytes,
        "payload_files": bag.payload_files,
        "findings": finding_parts(preserved.findings),
    }


def outcome_counts(counts: Mapping[Outcome, int]) -> dict[str, int]:
    """Counts by name; every outcome is there."""
    return {outcome.value: counts.get(outcome, 0) for outcome in Outcome}


def package_lines(preserved: "Preserved", *, quiet: bool) -> Iterator[str]:
    """The package for people; quiet: its path alone."""
    bag, capture = preserved.bag, preserved.capture
    if quiet:
        yield readable(str(bag.path))
        return
    title = next((value for label, value in bag.info if label == "External-Description"), "")
    yield readable(title or capture.plan.seeds[0])
    yield ""
    yield from count_lines(capture.counts, _reasons(bag))
    yield ""
    yield from loss_lines(capture.loss)
    if preserved.findings:
        yield f"validation: {count_findings(preserved.findings)}"
        yield from finding_lines(preserved.findings)
    yield f"package  {readable(str(bag.path))}  ({amount(bag.payload_bytes)}, {counted(bag.payload_files, 'file')})"
    yield f"read     {readable(str(readme_of(bag.path)))}"
    yield f"check    {program()} verify {readable(str(bag.path))}"


def readme_of(bag: Path) -> Path:
    """The page of a package that a person opens first."""
    return bag / "data" / bag.name / "documentation" / "README.html"


def _reasons(bag: "Bag") -> dict[Outcome, Counter[str]]:
    """Why URLs are not in the package as themselves, from its links.csv."""
    from strongroom.formats.links_csv import read_links

    reasons: dict[Outcome, Counter[str]] = {}
    with (bag.path / "data" / bag.id / "metadata/other/links.csv").open(encoding="utf-8", newline="") as lines:
        for row in read_links(lines):
            reasons.setdefault(row.outcome, Counter())[reason_in_general(row.reason)] += 1
    return reasons


def count_lines(
    counts: Mapping[Outcome, int], reasons: Mapping[Outcome, Counter[str]] = MappingProxyType({})
) -> Iterator[str]:
    """A small bar chart of URLs by outcome; below those that are not in the package as themselves, the reasons."""
    bar = "█" if (sys.stdout.encoding or "").lower().startswith("utf") else "#"
    greatest = max(counts.values(), default=0) or 1
    for outcome in Outcome:
        count = counts.get(outcome, 0)
        length = max(1, round(_BAR * count / greatest)) if count else 0
        yield f"  {outcome.value:<9} {count:>7,}  {bar * length}".rstrip()
        if outcome not in {Outcome.CAPTURED, Outcome.DUPLICATE}:
            yield from (
                f"{'':<21}{number:>7,} {reason}" for reason, number in reasons.get(outcome, Counter()).most_common()
            )


def loss_lines(loss: Iterable[str]) -> Iterator[str]:
    """What belongs to the capture and could not be had."""
    every = tuple(loss)
    if not every:
        return
    yield f"incomplete: {len(every):,} in scope could not be had"
    for sentence in every[:_LOSS_SHOWN]:
        yield f"  {readable(sentence)}"
    if len(every) > _LOSS_SHOWN:
        yield f"  and {len(every) - _LOSS_SHOWN:,} more, in metadata/other/links.csv"
    yield ""
