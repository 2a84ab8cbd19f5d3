"""What a test needs and may not be there. No other file skips a test, so that CI skips none that it could run."""

import os
from typing import NoReturn

import pytest


def absent(what: str) -> NoReturn:
    """Skip because something is not here, or fail in CI, which installs everything."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


def forbidden(what: str) -> NoReturn:
    """Skip because this machine's kernel does not let us do what a test needs, which nobody can install."""
    pytest.skip(f"this machine does not let us {what}")
