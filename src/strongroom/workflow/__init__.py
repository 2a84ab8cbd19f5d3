"""The order of the stages: `to_bag` from URLs to a bag, `to_receipt` from a bag to its receipt.

The names are loaded when they are first used: whoever takes bags in needs nothing of what captures pages.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strongroom.workflow.edges import Clock, NewId, new_urn, now, silent
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
    "NewId",
    "Preserved",
    "capture_into",
    "describe_work",
    "ingest",
    "intake",
    "new_urn",
    "now",
    "pack_work",
    "preserve",
    "preserving",
    "preview",
    "silent",
    "take_in",
]

_EDGES = ("Clock", "NewId", "new_urn", "now", "silent")
_TO_RECEIPT = ("Intake", "ingest", "intake", "take_in")


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'strongroom.workflow' has no attribute {name!r}")
    home = "edges" if name in _EDGES else "to_receipt" if name in _TO_RECEIPT else "to_bag"
    return getattr(import_module(f"strongroom.workflow.{home}"), name)
