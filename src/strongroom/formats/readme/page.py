"""README.html: what a package is, what is in it and what is not, and how to check it; it opens offline.

The page has no script, no image and no font, and asks for nothing: its Content-Security-Policy forbids it. Whatever
comes from a captured page is text in it, never markup (`strongroom.formats.readme.markup`).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from strongroom.formats.readme.chart import outcome_chart
from strongroom.formats.readme.listing import absence_lists, duration, file_list, moment, page_list
from strongroom.formats.readme.markup import Markup, address, element, foreign, join
from strongroom.formats.readme.style import POLICY, STYLE
from strongroom.formats.readme.terms import described
from strongroom.model.amounts import amount
from strongroom.model.capture import Capture, Page
from strongroom.model.description import Description
from strongroom.model.outcome import LinkRow, Outcome
from strongroom.model.package import PackageFile
from strongroom.model.words import robots_in_words, scope_in_words

_MEANINGS: Final = {
    Outcome.CAPTURED: "the answer is in the package",
    Outcome.DUPLICATE: "the answer has the same bytes as another one, to which its record points",
    Outcome.BLOCKED: "a refusal or a challenge came instead of the page; it is kept as such",
    Outcome.EMPTY: "a page without content came; it is kept as such",
    Outcome.REFUSED: "seen, but not asked for: outside the scope, robots.txt, a limit, a private address",
    Outcome.FAILED: "no answer, a broken one, or an error such as 404",
}
_LOSS_SHOWN: Final = 50
# A text longer than this is folded behind its beginning, so that the metadata are not pages away.
_PARAGRAPHS_SHOWN: Final = 60


def render_readme(
    *,
    capture: Capture,
    description: Description,
    rows: Iterable[LinkRow],
    pages: Iterable[Page],
    files: Iterable[PackageFile],
    created: datetime,
    software: str,
) -> bytes:
    """Render the page that a person opens first.

    Args:
        capture: for identifiers, times, counts and loss.
        description: for the title, the metadata and the text of the article.
        rows: of links.csv, in one pass; what is not captured is listed, up to 200 rows for each outcome.
        pages: as in pages.jsonl, in one pass; listed up to 200.
        files: those written so far, with paths relative to the information package.
        created: when this file is made, UTC.
        software: name and version, ``strongroom 0.1.0``.

    Returns:
        UTF-8 bytes of an HTML document; the same arguments give the same bytes.
    """
    title = description.first("dcterms:title") or description.first("dc:title") or description.url
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{title} (archived page)"),
        Markup(f"<style>{STYLE}</style>"),
    )
    body = element(
        "body",
        _header(capture, description, title),
        element(
            "main",
            _captured(capture, rows, pages),
            _article(description),
            _metadata(description),
            _package(capture, files),
            _check(capture),
        ),
        element("footer", element("p", f"Written by {software}, ", moment(created), ".")),
    )
    return f'<!DOCTYPE html>\n<html lang="en">{head.html}\n{body.html}</html>\n'.encode()


def _header(capture: Capture, description: Description, title: str) -> Markup:
    language = description.first("dcterms:language") or description.first("dc:language")
    links = (
        ("what", "What was captured"),
        ("text", "The text"),
        ("metadata", "Metadata"),
        ("package", "The package"),
        ("check", "How to check it"),
    )
    return element(
        "header",
        element("p", "An archived web page", class_="eyebrow"),
        element("h1", title, lang=language, dir="auto"),
        element("p", "From ", address(description.url), ", captured ", moment(capture.ended_at), "."),
        element(
            "nav",
            element("ul", *(element("li", element("a", text, href=f"#{anchor}")) for anchor, text in links)),
            aria_label="Contents",
        ),
    )


def _captured(capture: Capture, rows: Iterable[LinkRow], pages: Iterable[Page]) -> Markup:
    total = sum(capture.counts.values())
    seeds = join(join([", " if number else None, address(seed)]) for number, seed in enumerate(capture.plan.seeds))
    return element(
        "section",
        element("h2", "What was captured, and what was not"),
        element(
            "p",
            f"Every address that was seen is counted once; there are {total:,}. The capture began with ",
            seeds,
            f"; what belongs to it: {scope_in_words(capture.plan)}. It began on ",
            moment(capture.started_at),
            f" and ended {duration(capture.ended_at - capture.started_at)} later.",
        ),
        outcome_chart(capture.counts),
        element(
            "table",
            element("tbody", *(_meaning(outcome, capture.counts.get(outcome, 0)) for outcome in Outcome)),
        ),
        _loss(capture.loss),
        page_list(pages),
        *absence_lists(rows),
        id="what",
    )


def _meaning(outcome: Outcome, count: int) -> Markup:
    return element(
        "tr",
        element("th", outcome.value, scope="row"),
        element("td", f"{count:,}", class_="number"),
        element("td", _MEANINGS[outcome]),
    )


def _loss(loss: tuple[str, ...]) -> Markup:
    if not loss:
        return element("p", "Nothing that belongs to the capture was lost.", class_="notice good")
    rest = len(loss) - _LOSS_SHOWN
    return element(
        "div",
        element("p", element("strong", "Incomplete."), " These belong to the capture and could not be had:"),
        element("ul", *(element("li", foreign(sentence), class_="url") for sentence in loss[:_LOSS_SHOWN])),
        element("p", f"and {rest:,} more, in metadata/other/links.csv") if rest > 0 else None,
        class_="notice",
    )


def _article(description: Description) -> Markup:
    language = description.first("dcterms:language") or description.first("dc:language")
    if description.text:
        content = element("div", *_paragraphs(description.text), class_="article", lang=language)
        note = "Taken from the captured page by rule, for reading and searching; the record is in the WARC files."
    else:
        content = element("p", "No running text was found in what was captured.")
        note = "The record itself is in the WARC files."
    return element(
        "section", element("h2", "The text of the page"), element("p", note, class_="small faint"), content, id="text"
    )


def _paragraphs(parts: tuple[str, ...]) -> Iterator[Markup]:
    shown, rest = parts[:_PARAGRAPHS_SHOWN], parts[_PARAGRAPHS_SHOWN:]
    yield from (element("p", part, dir="auto") for part in shown)
    if rest:
        more = element("summary", f"The rest of the text: {len(rest):,} more paragraphs", lang="en")
        yield element("details", more, *(element("p", part, dir="auto") for part in rest))


def _metadata(description: Description) -> Markup:
    faults = element(
        "div",
        element("p", "These parts of the page's own metadata could not be read:"),
        element("ul", *(element("li", foreign(fault)) for fault in description.faults)),
        class_="notice",
    )
    return element(
        "section",
        element("h2", "Metadata"),
        element(
            "p",
            "What the page says of itself, and what people added. Every value that was found, chosen or not, "
            "and why, is in ",
            element("a", "description.json", href="../metadata/other/description.json"),
            "; the chosen ones are in ",
            element("a", "dc.xml", href="../metadata/descriptive/dc.xml"),
            ".",
        ),
        described(description),
        faults if description.faults else None,
        id="metadata",
    )


def _package(capture: Capture, files: Iterable[PackageFile]) -> Markup:
    warc_bytes = sum(warc.fixity.length_bytes for warc in capture.warcs)
    records = sum(warc.records for warc in capture.warcs)
    return element(
        "section",
        element("h2", "The package"),
        element(
            "table",
            element(
                "tbody",
                _fact("Package", element("code", capture.package_id)),
                _fact("Archival object", element("code", capture.object_id)),
                _fact("Records", f"{records:,} in {len(capture.warcs):,} WARC file(s), {amount(warc_bytes)}"),
                _fact("robots.txt", robots_in_words(capture.plan.robots)),
            ),
        ),
        element(
            "p",
            "The folder is a bag (BagIt 1.0, RFC 8493) around an information package (E-ARK CSIP 2.2: METS, PREMIS, "
            "Dublin Core). To look at the pages as they were, open the files in ",
            element("code", "representations/rep1/data/archive"),
            " with a replay program such as ReplayWeb.page; to look up what became of one address, open ",
            element("a", "links.csv", href="../metadata/other/links.csv"),
            " with a spreadsheet.",
        ),
        file_list(files),
        id="package",
    )


def _fact(name: str, value: Markup | str) -> Markup:
    return element("tr", element("th", name, scope="row"), element("td", value))


def _check(capture: Capture) -> Markup:
    return element(
        "section",
        element("h2", "How to check it"),
        element("p", "Nothing but ", element("code", "sha512sum"), " is needed. In a terminal:"),
        element(
            "pre",
            f"cd {capture.package_id}\n"
            "sha512sum --check --quiet tagmanifest-sha512.txt && sha512sum --check --quiet manifest-sha512.txt",
        ),
        element(
            "ol",
            element(
                "li",
                "No output and no error: every file that the manifests list is there and is byte for byte what was "
                "written. On macOS the program is called ",
                element("code", "shasum -a 512"),
                ".",
            ),
            element(
                "li",
                "Files that no manifest lists are not noticed that way. ",
                element("code", f"strongroom verify {capture.package_id}"),
                " looks for them too, reads every record, and checks that METS, PREMIS and the records agree.",
            ),
        ),
        element("h3", "What that proves, and what it does not"),
        element(
            "p",
            "The digests prove that nothing changed since the bag was written, provided that the manifests themselves "
            "are the ones that were written then. They do not prove who wrote the bag, nor that the server would have "
            "sent the same to somebody else, nor that what the page says is true.",
        ),
        id="check",
    )
