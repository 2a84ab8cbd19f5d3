"""Rules of the family `agree`."""

from strongroom.model.finding import Rule

RULES: tuple[Rule, ...] = ()
