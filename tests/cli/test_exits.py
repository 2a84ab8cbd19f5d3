import itertools

import pytest

from strongroom.cli.exits import MEANINGS, Exit, gravest
from strongroom.errors import (
    InterruptedByUserError,
    NothingCapturedError,
    SchemaMissingError,
    StorageError,
    StrongroomError,
    UsageError,
)
from strongroom.model.finding import RefusedError

ORDER = [130, 1, 2, 6, 5, 4, 3, 0]


@pytest.mark.parametrize(("graver", "lesser"), list(itertools.combinations(ORDER, 2)))
def test_the_graver_of_two_wins_in_either_order(graver, lesser):
    assert gravest([Exit(graver), Exit(lesser)]) == graver
    assert gravest([Exit(lesser), Exit(graver)]) == graver


def test_an_empty_batch_is_done():
    assert gravest([]) is Exit.DONE


def test_every_status_has_a_meaning():
    assert set(MEANINGS) == set(Exit)


@pytest.mark.parametrize(
    ("error", "exit_"),
    [
        (StrongroomError, Exit.BUG),
        (UsageError, Exit.USAGE),
        (NothingCapturedError, Exit.NOTHING),
        (StorageError, Exit.STORAGE),
        (SchemaMissingError, Exit.STORAGE),
        (InterruptedByUserError, Exit.INTERRUPTED),
        (RefusedError, Exit.REFUSED),
    ],
)
def test_errors_and_statuses_agree(error, exit_):
    assert error.exit_code == exit_
