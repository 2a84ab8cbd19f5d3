"""Rules of agreement: what one document of the package says must be what the others say, and what the WARC holds."""

from strongroom.model.finding import Rule, Severity, rules_among

_AGAIN = "Ask the sender for the package again, or write the document again from the WARC files; never the reverse."


def _rule(code: str, title: str, clause: str, meaning: str) -> Rule:
    return Rule(code, Severity.ERROR, title, clause, meaning, _AGAIN)


AREA_NO_RECORD = _rule(
    "AGREE-001",
    "METS points at bytes of a WARC file that are no record",
    "METS 1.12.1, area with BETYPE=BYTE; WARC 1.1 annex D",
    "A BYTE area must be exactly one gzip member; here no member begins, or it has another length or identifier.",
)
RECORD_NO_AREA = _rule(
    "AGREE-002",
    "A captured record is not in the logical map of METS",
    "METS 1.12.1, structMap TYPE=LOGICAL",
    "The map has one division for each response, revisit and resource; this record would not be found through it.",
)
LINE_NO_RECORD = _rule(
    "AGREE-003",
    "The CDXJ index points at bytes of a WARC file that are no such record",
    "CDXJ as in WACZ 1.1.1 section 5.2.2",
    "Replay would open the wrong bytes, or not find the right ones: no member begins there, or what the line says of "
    "its length, address, time, type, status or digest is not what the record says.",
)
RECORD_NO_LINE = _rule(
    "AGREE-004",
    "A captured record is not in the CDXJ index",
    "CDXJ as in WACZ 1.1.1 section 5.2.2",
    "Replay would not find this record.",
)
AREA_NOT_LINE = _rule(
    "AGREE-005",
    "METS and the CDXJ index disagree about a record",
    "METS 1.12.1, area; CDXJ as in WACZ 1.1.1 section 5.2.2",
    "Both were made from the same records, so each must name the same bytes; one of them was changed.",
)
STREAM_NO_RECORD = _rule(
    "AGREE-006",
    "A bitstream in PREMIS is no record, or its digest or size is another",
    "PREMIS 3.0, bitstream objects",
    "PREMIS tells the history of a record that the WARC files and METS do not have in that form.",
)
RECORD_NO_STREAM = _rule(
    "AGREE-007",
    "A captured record has no bitstream in PREMIS",
    "PREMIS 3.0, bitstream objects",
    "Nothing in the preservation metadata speaks of this record.",
)
LINK_NO_RECORD = _rule(
    "AGREE-008",
    "links.csv names a record that does not exist",
    "links.csv, column record_id",
    "The outcome of the URL cannot be checked against what was received.",
)
LINK_TWICE = _rule(
    "AGREE-009",
    "A URL stands twice in links.csv",
    "links.csv, column url",
    "Every URL has exactly one outcome; counts over such a list are wrong.",
)
LINKS_UNREADABLE = _rule(
    "AGREE-010",
    "links.csv cannot be read",
    "links.csv; RFC 4180",
    "What became of the URLs is not known, and nothing can be compared with it.",
)
COUNTS = _rule(
    "AGREE-011",
    "The counts of the capture in PREMIS are not those of links.csv",
    "PREMIS 3.0, eventOutcomeDetail of the event capture",
    "One of them was changed after the capture, or rows were lost.",
)
RECORD_NO_LINK = _rule(
    "AGREE-012",
    "A response in the WARC files is about a URL that links.csv does not list",
    "links.csv, column url",
    "Something was captured whose outcome is not told.",
)
PAGE_NO_RECORD = _rule(
    "AGREE-013",
    "pages.jsonl lists a page that was not captured, or cannot be read",
    "WACZ 1.1.1 section 5.2.3",
    "A reader that opens the page from the list would find nothing.",
)
RESOURCE = _rule(
    "AGREE-014",
    "datapackage.json and the files of the representation disagree",
    "WACZ 1.1.1 section 5.2.1; Frictionless Data Package",
    "A file is listed and absent, present and not listed, or has another size or hash.",
)
DATAPACKAGE_DIGEST = _rule(
    "AGREE-015",
    "datapackage-digest.json is not about this datapackage.json",
    "WACZ 1.1.1 section 5.2.1",
    "The list of files was changed after it was sealed.",
)
DESCRIPTION_UNREADABLE = _rule(
    "AGREE-016",
    "description.json cannot be read",
    "description.json",
    "Where each statement of the description comes from, and why it was chosen, is not known any more.",
)

RULES: tuple[Rule, ...] = rules_among(globals())
