"""What a stored version is about: its description, its URLs and its sender, as far as it says so."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from strongroom.model.outcome import Outcome
from strongroom.repository.catalogue.addresses import host_of_key, url_key
from strongroom.repository.catalogue.days import days_of, moment_of
from strongroom.repository.catalogue.folding import folded
from strongroom.repository.catalogue.tables import OUTCOMES

_MAX_HOSTS: Final = 20
_MAX_TEXT_CHARACTERS: Final = 16_000
_MAX_SHORT_CHARACTERS: Final = 500
_SEARCHED: Final = (
    "dcterms:title dcterms:alternative dcterms:creator dcterms:contributor dcterms:publisher dcterms:subject "
    "dcterms:isPartOf dcterms:identifier dcterms:description dcterms:abstract dc:title dc:creator dc:contributor "
    "dc:publisher dc:subject dc:identifier dc:description"
).split()
_SEARCHED_INFO: Final = (
    "source-organization external-description external-identifier internal-sender-identifier bag-group-identifier "
    "contact-name"
).split()


@dataclass(slots=True)
class Contents:
    """What a version is about.

    Attributes:
        kind: ``package`` of METS, or ``bag``.
        values: (term, value, language), of DCMI terms where there are any, else of Dublin Core elements.
        info: the elements of bag-info.txt.
        titles: of the pages, in their order.
        outcomes: URLs by outcome.
        hosts: URLs by host, in its key form, and number of the outcome.
        seeds: the first URLs that the capture began with.
        names: of the first files, for a bag that says little else.
        faults: what could not be read, a sentence each.
    """

    kind: str = "bag"
    values: list[tuple[str, str, str]] = field(default_factory=list)
    info: list[tuple[str, str]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    hosts: Counter[tuple[str, int]] = field(default_factory=Counter)
    seeds: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The first title, or what the sender calls it."""
        found = next(self.of("dcterms:title", "dc:title"), "") or self.element("external-description")
        return found[:_MAX_SHORT_CHARACTERS]

    @property
    def creator(self) -> str:
        """All creators in one text."""
        return "; ".join(self.of("dcterms:creator", "dc:creator"))[:_MAX_SHORT_CHARACTERS]

    @property
    def seed(self) -> str:
        """The URL that it is about."""
        sent = self.element("internal-sender-identifier")
        found = sent if sent.startswith(("http://", "https://")) else ""
        return url_key(found or next(iter(self.seeds), "") or next(self.of("dcterms:source"), ""))

    @property
    def captured(self) -> str:
        """When it was captured, or at least packed: a moment in UTC, or a day; empty when it does not say."""
        stated = (moment_of(value) for value in self.of("dcterms:dateAccepted"))
        return next(filter(None, stated), "") or moment_of(self.element("bagging-date"))

    @property
    def issued(self) -> str:
        """When it was published, in the precision in which it says so; empty when it does not."""
        stated = self.of("dcterms:issued", "dcterms:date", "dcterms:created", "dc:date")
        return next((value[:40] for value in stated if days_of(value)), "")

    def of(self, *terms: str) -> Iterator[str]:
        """The values of some terms, those of the first term first."""
        return (value for wanted in terms for term, value, _ in self.values if term == wanted)

    def element(self, label: str) -> str:
        """The first value of an element of bag-info.txt, by its label in lower case; empty when there is none."""
        return next((value for one, value in self.info if one.lower() == label), "")

    def text(self, *others: str) -> str:
        """All that free text is looked for in, folded, one statement a line, the most telling first."""
        pieces = [*self.of(*_SEARCHED)]
        pieces += [value for label, value in self.info if label.lower() in _SEARCHED_INFO]
        asked = {host for host, outcome in self.hosts if OUTCOMES[outcome] is not Outcome.REFUSED}
        pieces += [*self.seeds, *others, *sorted(host_of_key(host) for host in asked), *self.titles, *self.names]
        lines: dict[str, None] = {}
        room = _MAX_TEXT_CHARACTERS
        for piece in pieces:
            line = folded(piece)
            if line not in lines:
                room -= len(line) + 1
                if room < 0:
                    break
                lines[line] = None
        return "\n".join(lines)

    def detail(self, logged: Mapping[str, object]) -> str:
        """What is shown of it, with what the log says besides, as canonical JSON."""
        asked: Counter[str] = Counter()
        for (key, outcome), urls in self.hosts.items():
            if OUTCOMES[outcome] is not Outcome.REFUSED:
                asked[host_of_key(key)] += urls
        document = {
            "logged": logged,
            "faults": self.faults,
            "hosts": sorted(asked.items(), key=lambda one: (-one[1], one[0]))[:_MAX_HOSTS],
            "hosts_total": len(asked),
            "info": self.info,
            "seeds": self.seeds,
            "values": self.values,
        }
        return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
