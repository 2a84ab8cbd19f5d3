"""Rules of the family `bag`."""

from strongroom.model.finding import Rule

RULES: tuple[Rule, ...] = ()
