"""From criteria to one question to the database, and its rows to a page."""

import json
from typing import Final

import sqlalchemy as sa

from strongroom.errors import UsageError
from strongroom.formats.url import parse
from strongroom.model.outcome import Outcome
from strongroom.repository.catalogue.addresses import MAX_PREFIX_BYTES, end_of, host_key, host_of, url_key
from strongroom.repository.catalogue.days import Days, day_after, days_of
from strongroom.repository.catalogue.folding import folded, kept
from strongroom.repository.catalogue.tables import HOST, KEPT, LINK, OBJECT, OUTCOMES, SEARCH, VERSION, urls_column
from strongroom.repository.catalogue.values import Criteria, Found, Page

_REFUSED: Final = OUTCOMES.index(Outcome.REFUSED)
_MAX_CHARACTERS: Final = 2_000


def search(connection: sa.Connection, criteria: Criteria, *, limit: int, after: str) -> Page:
    """Ask for a page of what fits.

    Args:
        connection: in a transaction.
        criteria: which objects.
        limit: how many at most.
        after: of the page before.

    Raises:
        UsageError: a date, a URL or `after` is none.
    """
    fitting = (
        sa.select(VERSION.c.object, sa.func.max(VERSION.c.number).label("number"))
        .where(*_conditions(connection, criteria))
        .group_by(VERSION.c.object)
        .subquery()
    )
    of_object = VERSION.alias("of_object")
    count = sa.select(sa.func.count()).where(of_object.c.object == OBJECT.c.key).scalar_subquery()
    keys = (
        sa.select(
            VERSION.c.key,
            VERSION.c.captured,
            OBJECT.c.id,
            OBJECT.c.key.label("object"),
            sa.func.count().over().label("total"),
        )
        .join_from(fitting, VERSION, (VERSION.c.object == fitting.c.object) & (VERSION.c.number == fitting.c.number))
        .join(OBJECT, OBJECT.c.key == VERSION.c.object)
        .subquery()
    )
    query = sa.select(keys).order_by(keys.c.captured.desc(), keys.c.id).limit(limit + 1)
    if after:
        captured, object_id = _place_of(after)
        behind = (keys.c.captured == captured) & (keys.c.id > object_id)
        query = query.where((keys.c.captured < captured) | behind)
    shown = query.subquery()
    rows = connection.execute(
        sa.select(
            OBJECT.c.id,
            OBJECT.c.state,
            VERSION.c.number,
            count.label("versions"),
            VERSION.c.package,
            VERSION.c.title,
            VERSION.c.creator,
            VERSION.c.seed,
            VERSION.c.captured,
            VERSION.c.issued,
            shown.c.total,
        )
        .join_from(shown, VERSION, VERSION.c.key == shown.c.key)
        .join(OBJECT, OBJECT.c.key == shown.c.object)
        .order_by(VERSION.c.captured.desc(), OBJECT.c.id)
    ).all()
    found = tuple(Found(*row[:-1]) for row in rows[:limit])
    more = len(rows) > limit
    return Page(found, rows[0].total if rows else 0, _place(found[-1]) if more else "")


def _conditions(connection: sa.Connection, criteria: Criteria) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if not criteria.withdrawn:
        where.append(VERSION.c.object.in_(sa.select(OBJECT.c.key).where(OBJECT.c.state == KEPT)))
    parts = [
        _contains(connection, column, folded(text))
        for column, texts in (
            (SEARCH.c.title, [criteria.title]),
            (SEARCH.c.creator, [criteria.creator]),
            (SEARCH.c.text, criteria.words),
        )
        for text in texts
        if text.strip()
    ]
    if parts:
        where.append(VERSION.c.key.in_(sa.select(SEARCH.c.version).where(*parts)))
    if criteria.url:
        where.append(VERSION.c.key.in_(sa.select(LINK.c.version).where(_url(criteria.url), _outcome(LINK, criteria))))
    if criteria.host:
        where.append(VERSION.c.key.in_(sa.select(HOST.c.version).where(_host(criteria.host), _outcome(HOST, criteria))))
    if criteria.outcome is not None and not (criteria.url or criteria.host):
        where.append(VERSION.c[urls_column(criteria.outcome)] > 0)
    return [*where, *_dates(criteria)]


def _dates(criteria: Criteria) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    captured, published = VERSION.c.captured, VERSION.c
    if criteria.since:
        where.append(captured >= _days(criteria.since).first)
    if criteria.until:
        where += [captured != "", captured < day_after(_days(criteria.until).last)]
    if criteria.published_since:
        where.append(published.issued_last >= _days(criteria.published_since).first)
    if criteria.published_until:
        where += [published.issued_first != "", published.issued_first <= _days(criteria.published_until).last]
    return where


def _days(text: str) -> Days:
    found = days_of(text)
    if found is None:
        raise UsageError(f"{text!r} is no date; write 2024, 2024-03 or 2024-03-05")
    return found


def _contains(connection: sa.Connection, column: "sa.Column[str]", text: str) -> sa.ColumnElement[bool]:
    # faster than LIKE, and nothing in the text has a meaning of its own
    place = sa.func.instr if connection.dialect.name == "sqlite" else sa.func.strpos
    return place(column, kept(text, _MAX_CHARACTERS)) > 0


def _outcome(table: sa.Table, criteria: Criteria) -> sa.ColumnElement[bool]:
    if criteria.outcome is None:
        return table.c.outcome != _REFUSED
    return table.c.outcome == OUTCOMES.index(criteria.outcome)


def _url(text: str) -> sa.ColumnElement[bool]:
    asked, begins = text.removesuffix("*"), text.endswith("*")
    scheme, separator, _ = asked.partition(":")
    known = separator and (scheme.isalpha() and not asked[len(scheme) + 1 :][:1].isdigit())
    urls = [asked] if known else [f"https://{asked}", f"http://{asked}"]
    return sa.or_(*((_begins if begins else _is)(url) for url in urls))


def _is(url: str) -> sa.ColumnElement[bool]:
    parsed = parse(url)
    if parsed is None:
        raise UsageError(f"{url!r} is no URL; write it as in https://example.org/article, with * for any end")
    # a URL in the form of browsers, or the very text: links.csv has both
    return LINK.c.url.in_(dict.fromkeys((url_key(parsed.href), url_key(url))))


def _begins(prefix: str) -> sa.ColumnElement[bool]:
    scheme, separator, rest = prefix.partition("://")
    if separator:  # scheme and host in the form of browsers; of a path it cannot be known where it would end
        host, slash, path = rest.partition("/")
        prefix = f"{scheme.lower()}://{host.lower()}{slash}{path}"
    if len(prefix.encode("utf-8", "replace")) > MAX_PREFIX_BYTES:
        raise UsageError(f"the beginning of a URL has at most {MAX_PREFIX_BYTES} bytes here; shorten it before the *")
    prefix = kept(prefix, len(prefix))
    return (LINK.c.url >= prefix) & (LINK.c.url < end_of(prefix))


def _host(text: str) -> sa.ColumnElement[bool]:
    below = text.startswith("*.")
    asked = text.removeprefix("*.")
    parsed = parse(asked if "://" in asked else f"http://{asked}/")
    host = host_of(parsed.href) if parsed is not None else ""
    if not host:
        raise UsageError(f"{text!r} is no host; write example.org, or *.example.org with all below it")
    key = host_key(host)
    if not below:
        return HOST.c.host == key
    return (HOST.c.host == key) | ((HOST.c.host >= f"{key},") & (HOST.c.host < end_of(f"{key},")))


def _place(last: Found) -> str:
    return json.dumps([last.captured, last.object_id], separators=(",", ":"))


def _place_of(after: str) -> tuple[str, str]:
    try:
        captured, object_id = json.loads(after)
    except (ValueError, TypeError, RecursionError):
        captured, object_id = None, None
    if not isinstance(captured, str) or not isinstance(object_id, str):
        raise UsageError("what comes after --after is what the page before said; copy it as it stands there")
    return kept(captured, 100), kept(object_id, _MAX_CHARACTERS)
