"""`strongroom schema`: the JSON Schema of an output or of the settings file."""

import argparse
import json
import sys

from strongroom.cli.exits import Exit
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.report import put_lines, show
from strongroom.errors import UsageError


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "schema",
        summary="the JSON Schema of an output or of the settings",
        description="Print the JSON Schema (2020-12) of what a command says with --json, or of the settings file; "
        "without a name, list the names. With a name, stdout is the schema itself, with and without --json.",
        usage="[NAME] [OPTIONS]",
        run=run,
        examples=(
            "strongroom schema verify",
            "strongroom schema settings > strongroom.schema.json",
            "strongroom schema",
        ),
        exits=(),
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="a command, failure, text or settings")


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    from strongroom.cli.json_schemas import schema_names, schema_of
    from strongroom.cli.outputs.checking import SchemaOutput

    names = schema_names()
    if arguments.name is None:
        return show(arguments, Exit.DONE, document=lambda: SchemaOutput(exit=Exit.DONE, names=names), lines=names)
    if arguments.name not in names:
        raise UsageError(f"{arguments.name!r} is not the name of a schema; choose from {', '.join(names)}")
    put_lines([json.dumps(schema_of(arguments.name), indent=2)], sys.stdout)
    return Exit.DONE
