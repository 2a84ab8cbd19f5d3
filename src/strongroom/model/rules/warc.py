"""Rules of the family `warc`."""

from strongroom.model.finding import Rule

RULES: tuple[Rule, ...] = ()
