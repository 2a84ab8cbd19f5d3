"""Fixtures that every room's tests may use."""

import functools
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

import debian_pages
from edges import CountingIdentifiers, TickingClock
from presence import absent
from proof_table import Figures, ProofTable
from servers import nginx
from servers.certificates import Authority
from servers.demo_site import DemoSite, running_demo_site
from servers.nginx import Nginx, running_nginx

# How long one example takes says more of what else the machine does than of the code; benchmarks look at time.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

_CORPORA = Path(__file__).parents[2] / "shared" / "corpora"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--prove` asks for the long proofs in full; without it they run at a reduced count."""
    parser.addoption("--prove", action="store_true", help="run long proofs in full, not at a reduced count")


def pytest_configure(config: pytest.Config) -> None:
    """Let Ctrl-C reach the commands under test, and collect the figures of proofs where the reports arrive."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # begun in the background; children would inherit it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.getoption("--prove") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(ProofTable())


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Callable[[str, Figures], None]:
    """Call it with a title and figures for a row of docs/proofs.md, which `make prove` writes."""

    def state(title: str, figures: Figures) -> None:
        request.node.user_properties.append(("proof", (title, dict(figures))))

    return state


@pytest.fixture
def in_full(request: pytest.FixtureRequest) -> bool:
    """Whether the long proofs (marker `prove`) are asked for in full."""
    return bool(request.config.getoption("--prove"))


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of standards bodies' test data beside the checkout; its README says what is in it."""
    if not _CORPORA.is_dir():
        absent(f"the test data of standards bodies is not at {_CORPORA}")
    return _CORPORA


@pytest.fixture
def clock() -> TickingClock:
    """A clock that starts at 2025-11-03T08:00:00Z and moves on by 7 ms each time somebody looks."""
    return TickingClock()


@pytest.fixture
def new_id() -> CountingIdentifiers:
    """Identifiers ``urn:uuid:00000000-0000-4000-8000-000000000001`` and so on."""
    return CountingIdentifiers()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority of this test run."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """The demo site over http, from a process of its own."""
    with running_demo_site(tmp_path_factory.mktemp("demo-site")) as site:
        yield site


@pytest.fixture
def demo_site_tls(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[DemoSite]:
    """The demo site over https; whoever trusts its `authority` accepts it."""
    folder = tmp_path_factory.mktemp("demo-site-tls")
    with running_demo_site(folder, leaf=authority.leaf(), authority=authority.root) as site:
        yield site


@pytest.fixture(scope="session")
def nginx_debian(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Nginx]:
    """Debian's nginx with the Debian handbook under /handbook/ and Python's documentation under /python/."""
    if fault := nginx.missing(nginx.HANDBOOK, nginx.PYTHON):
        absent(fault)
    folders = {"/handbook/": nginx.HANDBOOK, "/python/": nginx.PYTHON}
    with running_nginx(tmp_path_factory.mktemp("nginx"), authority.leaf(), authority.root, folders) as running:
        yield running


@pytest.fixture(scope="session")
def debian_package(
    nginx_debian: Nginx, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], debian_pages.Packed]:
    """Call it with `http` or `https` for the package of Debian's pages, which is made once."""
    return functools.cache(lambda scheme: debian_pages.pack(nginx_debian, scheme, tmp_path_factory.mktemp(scheme)))
