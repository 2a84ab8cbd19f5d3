"""The five ways in which the work itself can fail.

A fault in somebody's data is never raised: it is a `strongroom.model.finding.Finding`, returned with all the
others. What stands here is inability to work. Each message is a sentence that says what to do next.
"""

from typing import ClassVar


class StrongroomError(Exception):
    """The work could not be done; the message says what to do next."""

    exit_code: ClassVar[int] = 1


class UsageError(StrongroomError):
    """The command line, a settings file or an argument asks for something that cannot be."""

    exit_code = 2


class NothingCapturedError(StrongroomError):
    """No seed gave any answer, so there is nothing to package."""

    exit_code = 5


class StorageError(StrongroomError):
    """The disk is full, locked, unwritable or unreadable."""

    exit_code = 6


class SchemaMissingError(StrongroomError):
    """A schema that the work needs is absent or is not the pinned one; nothing is passed without it."""

    exit_code = 6


class InterruptedByUserError(StrongroomError):
    """Somebody pressed Ctrl-C; running the same command again goes on from where it stopped."""

    exit_code = 130
