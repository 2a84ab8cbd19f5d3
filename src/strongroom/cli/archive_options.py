"""The options of commands that work on an archive: where it is, and where its replicas and databases are."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from strongroom.cli.capture_options import settings_of

if TYPE_CHECKING:
    from strongroom.settings import Settings

DEFAULT_ROOT: Final = Path("archive")


def add_archive_options(parser: argparse.ArgumentParser, *, replicas: bool = False, jobs: bool = False) -> None:
    """Add `--root`, and where a command writes to or reads from them, `--replica` and `--jobs`."""
    group = parser.add_argument_group("the archive")
    group.add_argument(
        "--root",
        type=Path,
        metavar="ARCHIVE",
        default=DEFAULT_ROOT,
        help=f"folder of the archive (default {DEFAULT_ROOT.as_posix()})",
    )
    group.add_argument(
        "--catalogue",
        metavar="URL",
        default=argparse.SUPPRESS,
        help="postgresql://… of a shared catalogue (default: SQLite in the archive)",
    )
    if replicas:
        group.add_argument(
            "--replica",
            action="append",
            type=Path,
            metavar="DIR",
            default=[],
            help="folder of a further copy, beside those in the settings and those used before; repeatable",
        )
    if jobs:
        group.add_argument(
            "--jobs",
            metavar="URL",
            default=argparse.SUPPRESS,
            help="postgresql://… of a shared job database (default: SQLite in the archive)",
        )


def archive_settings(arguments: argparse.Namespace) -> "Settings":
    """The settings of a run on an archive: flags, then file, then defaults; `--replica` adds to the file's.

    The replicas that the archive remembers are added where it is opened, since this reads no archive.
    """
    settings = settings_of(arguments)
    kept = settings.archive
    replicas = dict.fromkeys((*kept.replicas, *getattr(arguments, "replica", ())))
    archive = kept.model_copy(
        update={
            "replicas": tuple(replicas),
            "catalogue": getattr(arguments, "catalogue", kept.catalogue),
            "jobs": getattr(arguments, "jobs", "") or kept.jobs,
        }
    )
    return settings.model_copy(update={"archive": archive})
