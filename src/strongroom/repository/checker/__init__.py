"""The script that checks receipts with the standard library alone.

It stands here in modules, so that it is tested like everything else, and travels as one file: `checker_script`.
"""

from strongroom.repository.checker.script import checker_script

__all__ = ["checker_script"]
