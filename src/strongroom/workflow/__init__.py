"""The order of the stages: `to_bag` from URLs to a bag, `to_receipt` from a bag to its receipt.

The names are loaded when they are first used: whoever takes bags in needs nothing of what captures pages.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strongroom.workflow.edges import Clock, NewId, new_urn, now, silent
    from strongroom.workflow.judging import Judged, judge_all
    from strongroom.workflow.side_by_side import Outcome, Task, take_all
    from strongroom.workflow.to_bag import (
        Preserved,
        capture_into,
        describe_work,
        pack_work,
        preserve,
        preserving,
        preview,
    )
    from strongroom.workflow.to_receipt import Intake, ingest, intake, take_in

__all__ = [
    "Clock",
    "Intake",
    "Judged",
    "NewId",
    "Outcome",
    "Preserved",
    "Task",
    "capture_into",
    "describe_work",
    "ingest",
    "intake",
    "judge_all",
    "new_urn",
    "now",
    "pack_work",
    "preserve",
    "preserving",
    "preview",
    "silent",
    "take_all",
    "take_in",
]

_HOMES = {
    **dict.fromkeys(("Clock", "NewId", "new_urn", "now", "silent"), "edges"),
    **dict.fromkeys(("Judged", "judge_all"), "judging"),
    **dict.fromkeys(("Outcome", "Task", "take_all"), "side_by_side"),
    **dict.fromkeys(("Intake", "ingest", "intake", "take_in"), "to_receipt"),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'strongroom.workflow' has no attribute {name!r}")
    return getattr(import_module(f"strongroom.workflow.{_HOMES.get(name, 'to_bag')}"), name)
