"""Many bags judged at once: by as many processes as wanted, each bag by one of them."""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, TypeAlias

from strongroom.errors import StorageError, StrongroomError
from strongroom.model.finding import Finding
from strongroom.settings import VerifySettings
from strongroom.stages.verify import verify
from strongroom.workflow.hands import error_facts, error_of, finding_facts, findings_of, serving, shared_out, started

Judged: TypeAlias = tuple[Finding, ...] | StrongroomError
"""All findings about a bag, or why it could not be looked at."""

_MODULE: Final = __name__.rpartition(".")[2]


def judge_all(
    paths: Sequence[Path], settings: VerifySettings, *, processes: int = 1
) -> Generator[tuple[int, Judged], None, None]:
    """Judge bags; yields the number of each in `paths`, and what was found, as they are done.

    A process that is killed at a bag costs that bag alone: it is not tried again, since it may have been what ended the
    process.

    Args:
        paths: as `verify` takes them.
        settings: limits on each.
        processes: at most so many; with 1, this one, in the order given.
    """
    left: deque[tuple[int, ...]] = deque((number,) for number in range(len(paths)))  # none depends on another
    wanted = min(processes, len(paths))
    with ExitStack() as stack:
        greeting = settings.model_dump_json()
        hands = [stack.enter_context(started(_MODULE, greeting)) for _ in range(wanted)] if wanted > 1 else []
        at_work = [hand for hand in hands if hand is not None]
        for number, said in shared_out(at_work, left, task=lambda number: str(paths[number]), ahead=1):
            yield number, _judged_of(said)
        fatal = [number for hand in at_work for number in hand.told]
    for number in fatal:
        message = (
            f"the process that looked at {paths[number]} was ended from outside or broke; look at it alone, and if it "
            "breaks again report it"
        )
        yield number, StorageError(message)
    for (number,) in left:
        yield number, _judged(paths[number], settings)


def serve() -> None:
    """Be one of the processes."""
    serving(_begin)


def _begin(greeting: Any) -> Callable[[Any], object]:
    settings = VerifySettings.model_validate_json(greeting)

    def do(told: Any) -> object:
        judged = _judged(Path(told), settings)
        return error_facts(judged) if isinstance(judged, StrongroomError) else {"findings": finding_facts(judged)}

    return do


def _judged(path: Path, settings: VerifySettings) -> Judged:
    try:
        return verify(path, settings).findings
    except StrongroomError as error:
        return error


def _judged_of(said: dict[str, Any]) -> Judged:
    return error_of(said) if "error" in said else findings_of(said["findings"])
