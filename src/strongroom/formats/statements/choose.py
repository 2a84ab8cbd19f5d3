"""Which of several statements stand: the order of precedence, and the reason for each choice.

Conflicts are never merged away: what is not chosen is kept beside what is, with the reason.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from strongroom.formats.statements.statement import Origin, Statement
from strongroom.formats.statements.terms import TERMS
from strongroom.formats.statements.text import likeness
from strongroom.model.description import Candidate

_GENERAL: Final = tuple(Origin)
_FIRST: Final = (Origin.TYPED,)
_LAST: Final = (Origin.SETTINGS, Origin.DEFAULT, Origin.INFERRED)


def _order(*origins: Origin) -> dict[Origin, int]:
    """These first, in this order; the others behind them in the general one."""
    rest = [one for one in _GENERAL if one not in origins and one not in _LAST and one not in _FIRST]
    return {origin: rank for rank, origin in enumerate((*_FIRST, *origins, *rest, *_LAST))}


_GENERAL_ORDER: Final = _order()
_ORDERS: Final = {
    "title": _order(
        Origin.JSON_LD,
        Origin.CITATION,
        Origin.DUBLIN_CORE,
        Origin.OPENGRAPH,
        Origin.MICRODATA,
        Origin.RDFA,
        Origin.HEADING,
        Origin.JSON_LD_PAGE,
        Origin.MICRODATA_PAGE,
        Origin.RDFA_PAGE,
        Origin.TWITTER,
        Origin.META,
        Origin.TITLE,
    ),
    "language": _order(
        Origin.JSON_LD,
        Origin.CITATION,
        Origin.DUBLIN_CORE,
        Origin.MICRODATA,
        Origin.RDFA,
        Origin.JSON_LD_PAGE,
        Origin.LANG,
        Origin.HEADER,
        Origin.META,
        Origin.OPENGRAPH,
    ),
    "license": _order(Origin.LINK, Origin.HEADER, Origin.JSON_LD),
    "identifier": _order(Origin.LINK, Origin.CITATION, Origin.DUBLIN_CORE, Origin.HEADER, Origin.JSON_LD),
    "subject": _order(Origin.JSON_LD, Origin.CITATION, Origin.DUBLIN_CORE, Origin.OPENGRAPH, Origin.META),
}
# Of these one value stands.
_ONE: Final = frozenset(
    (
        "title description abstract issued modified created date dateAccepted dateCopyrighted dateSubmitted available "
        "valid"
    ).split()
)
# Of these every value stands, from wherever it comes; of all others, all that the best origin says.
_EVERY: Final = frozenset(
    "identifier source references relation isPartOf hasFormat type format provenance accessRights alternative".split()
)
# To these a typed value is added; of all others it is the only one that stands.
_ADDED_TO: Final = frozenset({"identifier", "source", "references", "isPartOf"})
# What the page itself does not state, so that it does not keep a default from standing.
_BESIDE_DEFAULTS: Final = frozenset({Origin.CAPTURE, Origin.SETTINGS, Origin.DEFAULT, Origin.TYPED})
_DATES: Final = frozenset({"issued", "modified", "created", "date", "available"})


def choose(statements: Iterable[Statement], *, record_id: str | None) -> tuple[Candidate, ...]:
    """Choose among statements; returns them all, by term in the order of `TERMS`, then by precedence.

    `record_id` is the record of the article; typed values and settings are of no record.
    """
    by_term: dict[str, list[Statement]] = {}
    for statement in statements:
        by_term.setdefault(statement.term, []).append(statement)
    return tuple(
        candidate
        for term in TERMS
        if term in by_term
        for candidate in _chosen(term, _sorted(term, by_term[term]), record_id)
    )


def _sorted(term: str, statements: list[Statement]) -> list[Statement]:
    """By precedence, then in the order of the page; what is said twice at one place is said once."""
    order = _ORDERS.get(term, _GENERAL_ORDER)
    unique = dict.fromkeys(statements)
    return sorted(unique, key=lambda one: (order[one.origin], one.group))


def _chosen(term: str, statements: Sequence[Statement], record_id: str | None) -> Iterator[Candidate]:
    usable = [one for one in statements if not one.doubt]
    # A date that can be read goes before one that can only be quoted, whoever says it.
    if term in _DATES and any(one.encoding for one in usable):
        usable.sort(key=lambda one: one.encoding is None and one.origin is not Origin.TYPED)
    best = usable[0] if usable else None
    taken: list[Statement] = []
    for statement in statements:
        if statement.doubt:
            yield _candidate(statement, record_id, chosen=False, reason=statement.doubt)
            continue
        assert best is not None
        reason = _refusal(term, statement, best, taken)
        if reason is None:
            taken.append(statement)
            spoken = _with_language(statement, usable)
            if len(usable) > 1:
                only = ""
            else:
                only = "the only statement" if len(statements) == 1 else "the only one that can be used"
            yield _candidate(spoken, record_id, chosen=True, reason=_why(spoken, best, only))
        else:
            yield _candidate(statement, record_id, chosen=False, reason=reason)


def _with_language(one: Statement, usable: Sequence[Statement]) -> Statement:
    """JSON-LD seldom says the language of a text; another statement of the same text may."""
    if one.language is not None or one.encoding is not None or one.origin is Origin.TYPED:
        return one
    for other in usable:
        if other.language is not None and likeness(other.value) == likeness(one.value):
            note = f"language by {other.origin.words}"
            return replace(one, language=other.language, note=f"{one.note}, {note}" if one.note else note)
    return one


def _refusal(term: str, one: Statement, best: Statement, taken: Sequence[Statement]) -> str | None:
    """Why a statement does not stand, None when it does."""
    if _is_said(one, taken):
        return "says the same as a chosen one"
    if best.origin is Origin.TYPED and one.origin is not Origin.TYPED and term not in _ADDED_TO:
        return "a person typed another value"
    if one.origin is Origin.DEFAULT and any(other.origin not in _BESIDE_DEFAULTS for other in taken):
        return "a default, and the page states a value"
    if term in _EVERY or one is best:
        return None
    if term not in _ONE and (one.origin, one.group) == (best.origin, best.group):
        return None
    return _lost(term, one, best)


def _is_said(one: Statement, taken: Sequence[Statement]) -> bool:
    if one.encoding is not None:
        return any(other.value == one.value for other in taken)
    return any(_key(other) == _key(one) for other in taken)


def _key(one: Statement) -> str:
    """What makes two values the same: "Doe, Jane" and "Jane Doe" are one person."""
    family, comma, given = one.value.partition(",")
    if comma and one.term in {"creator", "contributor"} and "," not in given:
        return likeness(given + family)
    return likeness(one.value)


def _lost(term: str, one: Statement, best: Statement) -> str:
    if term in _DATES and one.value[:10] == best.value[:10]:
        return "says the same day as the chosen one"
    if one.encoding is None and best.encoding is not None and term in _DATES:
        return "cannot be read without guessing; another statement can"
    if one.origin is best.origin:
        return f"differs; the first {best.origin.words} statement goes before"
    return f"differs; {best.origin.words} goes before {one.origin.words}"


def _why(one: Statement, best: Statement, only: str) -> str:
    if one.origin is Origin.TYPED:
        reason = "typed by a person"
    elif one.origin is Origin.SETTINGS:
        reason = "from the settings"
    elif one.origin is Origin.DEFAULT:
        reason = "a default, and nothing is stated"
    elif one.origin is Origin.INFERRED:
        reason = "nothing is stated" if best.origin is Origin.INFERRED else "beside what is stated"
    elif only:
        reason = only
    elif (one.origin, one.group) == (best.origin, best.group):
        reason = f"{one.origin.words} goes first"
    else:
        reason = "each such statement stands"
    return f"{reason}; {one.note}" if one.note else reason


def _candidate(one: Statement, record_id: str | None, *, chosen: bool, reason: str) -> Candidate:
    return Candidate(
        term=f"dcterms:{one.term}",
        value=one.value,
        language=one.language,
        source=one.origin.source,
        pointer=one.pointer,
        raw=one.raw,
        record_id=None if one.origin in {Origin.TYPED, Origin.SETTINGS} else record_id,
        chosen=chosen,
        reason=reason,
        encoding=f"dcterms:{one.encoding}" if one.encoding else None,
    )
