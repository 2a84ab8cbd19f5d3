"""A database of jobs for each test, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.gang import Gang, gang
from jobs.service import Service, service
from presence import absent
from servers import postgres
from servers.postgres import Postgres, running_postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """Debian's PostgreSQL."""
    if fault := postgres.missing():
        absent(fault)
    with running_postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Where the jobs are: empty for SQLite in the folder of the test."""
    if request.param == "sqlite":
        return ""
    server: Postgres = request.getfixturevalue("postgres_server")
    return server.database()


@pytest.fixture
def crew(tmp_path: Path, url: str) -> Iterator[Gang]:
    """Workers and their jobs."""
    with gang(tmp_path / "crew", url) as found:
        yield found


@pytest.fixture
def shop(tmp_path: Path, url: str) -> Iterator[Service]:
    """Processes of the commands."""
    with service(tmp_path / "shop", url) as found:
        yield found


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Service]:
    """On SQLite alone."""
    with service(tmp_path / "shop") as found:
        yield found
