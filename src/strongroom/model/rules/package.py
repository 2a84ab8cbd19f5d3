"""Rules of the family `package`."""

from strongroom.model.finding import Rule

RULES: tuple[Rule, ...] = ()
