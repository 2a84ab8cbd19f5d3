"""From URLs to a bag, in one go or step by step."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from strongroom import __version__
from strongroom.errors import NothingCapturedError, UsageError
from strongroom.formats.statements.terms import check_terms
from strongroom.model.capture import Capture
from strongroom.model.description import Description
from strongroom.model.finding import Finding
from strongroom.model.package import Bag
from strongroom.model.plan import Plan
from strongroom.model.progress import OnProgress, Progress, Stage
from strongroom.settings import Settings
from strongroom.stages.capture import capture
from strongroom.stages.compose import compose
from strongroom.stages.describe import describe
from strongroom.stages.pack import pack
from strongroom.stages.plan import plan
from strongroom.stages.validate import validate
from strongroom.stages.verify import verify
from strongroom.storage import locked, make_directory
from strongroom.web.courtesy import Courtesy
from strongroom.web.finished import read_capture
from strongroom.web.journal import Journal
from strongroom.web.preview import look
from strongroom.workflow.edges import Clock, NewId, new_urn, now, silent


@dataclass(frozen=True, slots=True)
class Preserved:
    """A bag, the capture it was made from, and what was found while it was validated (no errors among it)."""

    bag: Bag
    capture: Capture
    findings: tuple[Finding, ...]

    @property
    def path(self) -> Path:
        """The bag's folder."""
        return self.bag.path


def preserve(
    urls: str | Sequence[str],
    output: Path,
    settings: Settings,
    *,
    clock: Clock = now,
    new_id: NewId = new_urn,
    on_progress: OnProgress = silent,
) -> Preserved:
    """Capture pages and make a bag of them below `output`; the same call goes on with what was interrupted.

    Args:
        urls: the seeds; one, or several for one package.
        output: the folder that will hold the bag, and beside it the hidden work directory until the bag is there.

    Raises:
        RefusedError: what was composed is not valid; the work directory stays for inspection.
        StrongroomError: as the stages raise them.
    """
    seeds = [urls] if isinstance(urls, str) else urls
    with preserving(seeds, output, settings, clock=clock, new_id=new_id, on_progress=on_progress) as preserved:
        return preserved


@contextmanager
def preserving(
    urls: Sequence[str],
    output: Path,
    settings: Settings,
    *,
    clock: Clock = now,
    new_id: NewId = new_urn,
    on_progress: OnProgress = silent,
    courtesy: Courtesy | None = None,
) -> Iterator[Preserved]:
    """As `preserve`, but the work directory goes when the block ends without an error.

    Who tells somebody about the bag does so inside the block: killed before that was done, the same call finds the
    bag and tells of it again, and makes no second one.
    """
    work = make_directory(output) / f".work-{_key(plan(urls, settings.plan))}"
    try:
        captured = capture_into(
            urls, work, settings, clock=clock, new_id=new_id, on_progress=on_progress, courtesy=courtesy
        )
    except NothingCapturedError:
        shutil.rmtree(work, ignore_errors=True)
        raise
    with locked(work / "lock"):
        preserved = _bag_of_earlier_run(captured, output, settings)
        if preserved is None:
            preserved = _package(captured, output, settings, clock=clock, new_id=new_id, on_progress=on_progress)
        yield preserved
        shutil.rmtree(work, ignore_errors=True)


def preview(urls: Sequence[str], settings: Settings, *, clock: Clock = now) -> Plan:
    """Say of each link of the seeds whether it would be fetched, and why; only seeds and robots.txt are asked for."""
    return plan(urls, settings.plan, look=partial(look, settings=settings.capture, clock=clock, version=__version__))


def capture_into(
    urls: Sequence[str],
    work: Path,
    settings: Settings,
    *,
    clock: Clock = now,
    new_id: NewId = new_urn,
    on_progress: OnProgress = silent,
    courtesy: Courtesy | None = None,
) -> Capture:
    """Capture pages into a work directory, or go on with it; `courtesy` is for captures beside others."""
    planned = plan(urls, settings.plan)
    check_terms((*settings.describe.values, *settings.describe.defaults))
    on_progress(Progress(Stage.CAPTURE, current=planned.seeds[0]))
    return capture(
        planned,
        work,
        settings.capture,
        clock=clock,
        new_id=new_id,
        version=__version__,
        on_progress=on_progress,
        courtesy=courtesy,
    )


def describe_work(work: Path, settings: Settings) -> Description:
    """Say what the captured page says about itself, from a finished work directory."""
    return describe(_captured(work), settings.describe)


def pack_work(
    work: Path,
    output: Path,
    settings: Settings,
    *,
    clock: Clock = now,
    new_id: NewId = new_urn,
    on_progress: OnProgress = silent,
) -> Preserved:
    """Make a bag of a finished work directory; its WARC files move into the bag.

    Raises:
        UsageError: the capture is not finished, or `output` holds the package already.
    """
    captured = _captured(work)
    with locked(work / "lock"):
        return _package(captured, make_directory(output), settings, clock=clock, new_id=new_id, on_progress=on_progress)


def _captured(work: Path) -> Capture:
    with closing(Journal.read(work)) as journal:
        return read_capture(work, journal)


def _package(
    captured: Capture, output: Path, settings: Settings, *, clock: Clock, new_id: NewId, on_progress: OnProgress
) -> Preserved:
    target = output / captured.package_id
    if target.exists():
        raise UsageError(f"{target} holds this package already; `strongroom verify {target}` checks it")
    on_progress(Progress(Stage.DESCRIBE, current=captured.plan.seeds[0]))
    description = describe(captured, settings.describe)
    on_progress(Progress(Stage.COMPOSE, current=captured.package_id))
    package = compose(captured, description, settings, clock=clock, new_id=new_id)
    on_progress(Progress(Stage.VALIDATE, current=captured.package_id))
    accepted = validate(package).or_raise()
    on_progress(Progress(Stage.PACK, current=str(target)))
    bag = pack(accepted, output, settings.pack, clock=clock)
    return Preserved(bag, captured, accepted.findings)


def _bag_of_earlier_run(captured: Capture, output: Path, settings: Settings) -> Preserved | None:
    """The bag that a run made which was killed between giving it its name and tidying up."""
    target = output / captured.package_id
    if not target.exists():
        return None
    accepted = verify(target, settings.verify).or_raise()
    return Preserved(accepted.value, captured, accepted.findings)


def _key(planned: Plan) -> str:
    # The same URLs and rules find their work directory again; describing differently does not lose a capture.
    return hashlib.sha256(json.dumps(asdict(planned), sort_keys=True).encode()).hexdigest()[:16]
