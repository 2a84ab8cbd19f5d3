"""How an archive is, as monitoring sees it: what somebody should look at, and figures."""

from dataclasses import dataclass

from strongroom.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure at a moment.

    Attributes:
        name: as monitoring knows it, with the unit in it: ``strongroom_free_bytes``.
        value: the figure.
        labels: names and values that tell gauges of one name apart, such as the copy.
    """

    name: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """What was found and measured.

    Attributes:
        findings: of severity error where the archive cannot be relied on, warning where somebody should act soon.
        gauges: in the order in which they were measured.
    """

    findings: tuple[Finding, ...]
    gauges: tuple[Gauge, ...]
