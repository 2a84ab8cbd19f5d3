"""Turns at hosts, from one table for all workers: no host is asked faster than it may be, however many capture from it.

A turn counts from when the request was really sent, which is known when the answer is there. Until then the next turn
waits a little longer than the pause, so that a slow connection does not bring two requests close together.
"""

import asyncio
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from strongroom.jobs.database import Database
from strongroom.jobs.ledger import HOSTS
from strongroom.web.courtesy import Pauses

_ALLOWANCE_SECONDS: Final = 1.0
"""That a request may take from its turn until it is sent."""
_MARGIN_SECONDS: Final = 0.005
"""Clocks and timers are a little coarse."""
_LONGEST_SECONDS: Final = 7200.0
"""No pause is longer; one that seems so comes of a clock that was set back."""
_NAP_SECONDS: Final = 2.0


class SharedHosts:
    """The courtesy of all workers that share a database of jobs; see `strongroom.web.courtesy.Courtesy`."""

    def __init__(self, database: Database) -> None:
        """Use a database whose tables are there."""
        self._database = database

    async def turn(self, host: str, pauses: Pauses) -> int:
        """Wait until the host may be asked, and take that turn."""
        while True:
            wait, turn = await asyncio.to_thread(self._take, host, pauses)
            if not wait:
                return turn
            await asyncio.sleep(min(wait, _NAP_SECONDS))

    async def asked(self, host: str, pauses: Pauses, turn: int, seconds_ago: float) -> None:
        """Count the pauses from when the request was sent."""
        await asyncio.to_thread(self._settle, host, pauses, turn, seconds_ago)

    async def rest(self, host: str, seconds: float) -> None:
        """Let nobody ask the host for so long."""
        await asyncio.to_thread(self._rest, host, seconds)

    def _take(self, host: str, pauses: Pauses) -> tuple[float, int]:
        """The seconds still to wait, or 0 and the number of the turn."""
        with self._database.changing() as connection:
            now, row = self._look(connection, host)
            ready = max(row.next_any_at, row.next_page_at if pauses.page else 0.0)
            if now < ready < now + _LONGEST_SECONDS:
                return ready - now, 0
            later = now + _ALLOWANCE_SECONDS + _MARGIN_SECONDS
            values: dict[str, object] = {"turn": row.turn + 1}
            if pauses.page:
                values["next_page_at"] = later + pauses.page
            if pauses.any:
                values["next_any_at"] = later + pauses.any
            connection.execute(HOSTS.update().where(HOSTS.c.name == host).values(values))
            return 0.0, row.turn + 1

    def _settle(self, host: str, pauses: Pauses, turn: int, seconds_ago: float) -> None:
        with self._database.changing() as connection:
            now, row = self._look(connection, host)
            sent = now - seconds_ago + _MARGIN_SECONDS
            is_last = row.turn == turn  # then nobody has asked since, and the allowance can go
            values: dict[str, object] = {}
            if pauses.page:
                values["next_page_at"] = sent + pauses.page if is_last else max(row.next_page_at, sent + pauses.page)
            if pauses.any:
                values["next_any_at"] = sent + pauses.any if is_last else max(row.next_any_at, sent + pauses.any)
            connection.execute(HOSTS.update().where(HOSTS.c.name == host).values(values))

    def _rest(self, host: str, seconds: float) -> None:
        with self._database.changing() as connection:
            now, row = self._look(connection, host)
            until = max(row.next_any_at, now + seconds)
            # a new turn, so that the answer to an earlier one does not shorten the rest
            connection.execute(HOSTS.update().where(HOSTS.c.name == host).values(next_any_at=until, turn=row.turn + 1))

    def _look(self, connection: sa.Connection, host: str) -> tuple[float, "sa.Row[tuple[str, int, float, float]]"]:
        """The database's time and the host's line, which is ours until the transaction ends."""
        insert = sqlite.insert(HOSTS) if self._database.is_sqlite else postgresql.insert(HOSTS)
        line = {"name": host, "turn": 0, "next_page_at": 0.0, "next_any_at": 0.0}
        connection.execute(insert.values(line).on_conflict_do_nothing())
        row = connection.execute(sa.select(HOSTS).where(HOSTS.c.name == host).with_for_update()).one()
        now = connection.execute(sa.select(self._database.now)).scalar_one()
        return now, row
