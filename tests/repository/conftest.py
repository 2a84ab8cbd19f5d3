"""What tests of the repository share: the databases in which a catalogue may live."""

from collections.abc import Callable, Iterator

import pytest

from presence import absent
from servers import postgres
from servers.postgres import Postgres, running_postgres


@pytest.fixture(scope="session")
def catalogue_server() -> Iterator[Postgres]:
    """Debian's PostgreSQL."""
    if fault := postgres.missing():
        absent(fault)
    with running_postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue_url(request: pytest.FixtureRequest) -> str:
    """Where the catalogue is: nothing for the archive's own folder, or the URL of a database of its own."""
    if request.param == "sqlite":
        return ""
    server: Postgres = request.getfixturevalue("catalogue_server")
    return server.database()


@pytest.fixture(params=["sqlite", "postgresql"])
def new_catalogue_url(request: pytest.FixtureRequest) -> Callable[[], str]:
    """As `catalogue_url`, as often as a test asks."""
    if request.param == "sqlite":
        return lambda: ""
    server: Postgres = request.getfixturevalue("catalogue_server")
    return server.database
