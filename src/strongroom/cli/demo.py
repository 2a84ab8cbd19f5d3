"""`strongroom demo`: preserve and verify a small site that this process serves itself, without any network."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from strongroom.cli.capture_options import settings_of
from strongroom.cli.clock import clock
from strongroom.cli.exits import Exit, gravest
from strongroom.cli.packaged import exit_of, package_fields, package_lines
from strongroom.cli.parser import Subparsers, add_command
from strongroom.cli.preserve import add_output_option
from strongroom.cli.report import count_findings, finding_lines, finding_parts, show
from strongroom.cli.watching import watching
from strongroom.model.finding import Accepted, Finding

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import Output
    from strongroom.settings import Settings
    from strongroom.workflow import Preserved

# The site is on this machine's loopback address, and nobody is spared by going slowly.
_HOW: Final = {"allow_private": True, "delay_seconds": 0.0, "backoff_seconds": 0.1}


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = add_command(
        subparsers,
        "demo",
        summary="preserve and verify a small site that it serves itself",
        description="Serve a small newspaper on loopback addresses, preserve one of its articles with the pages it "
        "links to, and verify the bag. No network is needed. The site has what goes wrong on real sites too.",
        usage="[OPTIONS]",
        run=run,
        examples=("strongroom demo", "strongroom demo --output /tmp/bags --json"),
        exits=(Exit.LOSS, Exit.REFUSED, Exit.STORAGE),
    )
    add_output_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    settings = _settings(settings_of(arguments))
    from strongroom.cli.demo_site import serving
    from strongroom.stages.verify import verify
    from strongroom.workflow import preserve

    with serving() as addresses, watching(arguments) as on_progress:
        preserved = preserve([addresses.article], arguments.output, settings, on_progress=on_progress, clock=clock())
    judged = verify(preserved.bag.path, settings.verify)
    valid = isinstance(judged, Accepted)
    exit_ = gravest((exit_of(preserved.capture), Exit.DONE if valid else Exit.REFUSED))
    return show(
        arguments,
        exit_,
        document=lambda: _document(preserved, judged.findings, valid=valid, exit_=exit_),
        lines=_lines(preserved, judged.findings, valid=valid, quiet=hasattr(arguments, "quiet")),
    )


def _settings(settings: "Settings") -> "Settings":
    return settings.model_copy(update={"capture": settings.capture.model_copy(update=_HOW)})


def _lines(preserved: "Preserved", findings: tuple[Finding, ...], *, valid: bool, quiet: bool) -> Iterator[str]:
    yield from package_lines(preserved, quiet=quiet)
    if not quiet:
        counts = count_findings(findings)
        yield f"verified {'valid' if valid else 'refused'}{f', {counts}' if counts else ''}"
        yield from finding_lines(findings)


def _document(preserved: "Preserved", findings: tuple[Finding, ...], *, valid: bool, exit_: Exit) -> "Output":
    from strongroom.cli.outputs.making import DemoOutput

    fields = package_fields(preserved) | {"findings": finding_parts(findings)}
    return DemoOutput(exit=exit_, valid=valid, **fields)
