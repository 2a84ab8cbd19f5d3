"""The subject of the faults that are planted in a whole package."""

from pathlib import Path

import pytest

from findings import golden


@pytest.fixture(scope="session")
def golden_package() -> Path:
    """A whole, faultless bag as the stages write it; to be copied, never changed."""
    return golden.bag()
