"""What the command that looks after an archive says."""

from typing import Literal

from strongroom.cli.outputs.parts import FindingPart, Output, Part


class GaugePart(Part):
    """A figure, as monitoring gets it with `--metrics`."""

    name: str
    """With its unit in it."""
    value: float
    """At this moment."""
    labels: dict[str, str]
    """What tells figures of one name apart."""


class HealthOutput(Output):
    """How an archive is."""

    kind: Literal["health"] = "health"
    root: str | None = None
    """The folder of the archive."""
    healthy: bool = False
    """Whether there is no finding at all."""
    findings: tuple[FindingPart, ...] = ()
    """What somebody should look at; only an error makes the exit status 4."""
    gauges: tuple[GaugePart, ...] = ()
    """Figures."""
