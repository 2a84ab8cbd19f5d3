"""Politeness beyond one capture: others may be asking the same hosts at the same time."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Pauses:
    """What must pass between two requests to a host, in seconds.

    Attributes:
        page: between the starts of two page fetches; 0 for a part of a page.
        any: between any two requests (Crawl-delay); 0 where the host asks for nothing.
    """

    page: float
    any: float

    @property
    def are_none(self) -> bool:
        """Whether nothing need pass."""
        return not self.page and not self.any


class Courtesy(Protocol):
    """What several captures agree upon; a capture alone needs none, since its frontier keeps the pauses."""

    async def turn(self, host: str, pauses: Pauses) -> int:
        """Wait until the host may be asked, and take that turn; the number is for `asked`."""

    async def asked(self, host: str, pauses: Pauses, turn: int, seconds_ago: float) -> None:
        """Say when the request of a turn was really sent, from which the pauses count."""

    async def rest(self, host: str, seconds: float) -> None:
        """Let everybody leave a host in peace for so long (Retry-After)."""
