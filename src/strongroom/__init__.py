"""From a web page and what it links to, to a package that an archive can keep.

The public names are loaded when they are first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strongroom.model.finding import Accepted, Finding, Refused, RefusedError
    from strongroom.model.receipt import Receipt
    from strongroom.settings import Settings
    from strongroom.stages.verify import verify
    from strongroom.workflow import Preserved, ingest, preserve, preview, take_in

__version__ = "0.1.0"
__all__ = [
    "Accepted",
    "Finding",
    "Preserved",
    "Receipt",
    "Refused",
    "RefusedError",
    "Settings",
    "ingest",
    "preserve",
    "preview",
    "take_in",
    "verify",
]

_HOMES = {
    "Accepted": "model.finding",
    "Finding": "model.finding",
    "Preserved": "workflow",
    "Receipt": "model.receipt",
    "Refused": "model.finding",
    "RefusedError": "model.finding",
    "Settings": "settings",
    "ingest": "workflow",
    "preserve": "workflow",
    "preview": "workflow",
    "take_in": "workflow",
    "verify": "stages.verify",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'strongroom' has no attribute {name!r}")
    return getattr(import_module(f"strongroom.{_HOMES[name]}"), name)
