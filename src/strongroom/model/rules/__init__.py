"""Every code that a finding may carry: one `Rule` each, with its clause, its meaning and the remedy."""

from collections.abc import Mapping
from types import MappingProxyType

from strongroom.model.finding import Rule
from strongroom.model.rules import agree, bag, fixity, health, ingest, log, ocfl, package, serialised, warc

ALL: Mapping[str, Rule] = MappingProxyType(
    {
        rule.code: rule
        for family in (bag, warc, package, agree, serialised, ocfl, ingest, fixity, log, health)
        for rule in family.RULES
    }
)
