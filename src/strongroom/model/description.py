"""What a page says about itself: every candidate value with its origin, and which were chosen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that somebody stated for a term, and whether it was chosen.

    Attributes:
        term: a qualified name, ``dcterms:title`` or ``dc:title``.
        value: normalised; what goes into Dublin Core when chosen.
        language: BCP 47, or None.
        source: where it came from: ``typed``, ``settings``, ``json-ld``, ``citation``, ``dublin-core``, ``opengraph``,
            ``microdata``, ``rdfa``, ``link``, ``html``, ``header``, ``capture``.
        pointer: a CSS selector, a JSON pointer behind ``script[n]``, a header's name or a settings key.
        raw: as written at the source.
        record_id: the WARC record it was read from; None for typed, settings.
        chosen: whether it stands in dc.xml.
        reason: why it was chosen or not, one phrase.
        encoding: an encoding scheme of DCMI terms, ``dcterms:W3CDTF``, or None.
    """

    term: str
    value: str
    language: str | None
    source: str
    pointer: str
    raw: str
    record_id: str | None
    chosen: bool = False
    reason: str = ""
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """All that was found out about the article.

    Attributes:
        url: the seed, or where it redirected to.
        candidates: in a fixed order: by term, then by precedence.
        faults: what could not be read, one sentence each (a broken JSON-LD block).
        text: the article's text as paragraphs, for README.html.
    """

    url: str
    candidates: tuple[Candidate, ...]
    faults: tuple[str, ...] = ()
    text: tuple[str, ...] = ()

    def chosen(self, term: str) -> tuple[Candidate, ...]:
        """The chosen candidates for a term, in order."""
        return tuple(one for one in self.candidates if one.chosen and one.term == term)

    def first(self, term: str) -> str | None:
        """The first chosen value for a term, or None."""
        return next((one.value for one in self.candidates if one.chosen and one.term == term), None)
