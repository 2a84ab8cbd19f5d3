"""Rules of the family `warc`: gzip framing, record headers, lengths, digests and revisits, record by record."""

from strongroom.model.finding import Rule, Severity, rules_among

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
_FROM_COPY = "Take the file from another copy; if there is none, keep it and record the loss."

NO_RECORDS = Rule(
    "WARC-001",
    _ERROR,
    "a WARC file without any record",
    "WARC 1.1 section 4",
    "A WARC file is one or more records; this one is empty, so nothing that it was to hold can be read.",
    _FROM_COPY,
)
NOT_A_MEMBER = Rule(
    "WARC-002",
    _ERROR,
    "bytes that belong to no gzip member",
    "RFC 1952 section 2.2",
    "A .warc.gz file consists of gzip members and of nothing else. Here something stands before, between or behind "
    "them: it was damaged, or another file was appended.",
    _FROM_COPY,
)
DAMAGED_MEMBER = Rule(
    "WARC-003",
    _ERROR,
    "a damaged gzip member",
    "RFC 1952 section 2.3",
    "The compressed data cannot be unpacked, or do not have the checksum or the length that stands behind them: the "
    "file changed after it was written.",
    _FROM_COPY,
)
TORN_MEMBER = Rule(
    "WARC-004",
    _ERROR,
    "the file ends inside a record",
    "RFC 1952 section 2.3.1",
    "The last gzip member is not complete: the writer was interrupted, or the file was cut while it was copied.",
    _FROM_COPY,
)
SHARED_MEMBER = Rule(
    "WARC-005",
    _ERROR,
    "more than one record in a gzip member",
    "WARC 1.1 annex D",
    "Each record is to be a gzip member of its own, so that indexes can point at it. Behind this record the member "
    "goes on: the file was compressed as a whole, or something is hidden behind the record.",
    "Compress the file again record by record (`warcio recompress`), and package it anew.",
)
NO_HEADER = Rule(
    "WARC-006",
    _ERROR,
    "no WARC record where one should begin",
    "WARC 1.1 section 4",
    "A record begins with WARC/1.0 or WARC/1.1 and named fields that end with an empty line. These bytes do not, so "
    "what they are cannot be told.",
    _FROM_COPY,
)
MALFORMED_HEADER = Rule(
    "WARC-007",
    _ERROR,
    "a line of a record's header that is no named field",
    "WARC 1.1 section 4",
    "Named fields are a name, a colon and a value on a line that ends with CR LF.",
    "Write the record again with a writer that follows the standard, and package it anew.",
)
UNKNOWN_VERSION = Rule(
    "WARC-008",
    _ERROR,
    "a version of WARC that is not known",
    "WARC 1.1 section 4",
    "Only WARC/1.0 and WARC/1.1 are published; what other versions mean cannot be told.",
    "Write the records again as WARC/1.1, and package them anew.",
)
MISSING_FIELD = Rule(
    "WARC-009",
    _ERROR,
    "a mandatory field is missing",
    "WARC 1.1 sections 5 and 6",
    "Every record has WARC-Record-ID, WARC-Type, WARC-Date and Content-Length; responses, requests, resources, "
    "revisits, conversions and continuations have WARC-Target-URI too.",
    "Write the record again with a writer that follows the standard, and package it anew.",
)
REPEATED_FIELD = Rule(
    "WARC-010",
    _ERROR,
    "a field that may stand only once is repeated",
    "WARC 1.1 section 4",
    "Only WARC-Concurrent-To may be repeated. With two values, two readers may understand two different records.",
    "Find out which value is right, write the record again, and package it anew.",
)
BAD_FIELD = Rule(
    "WARC-011",
    _ERROR,
    "a field whose value is not of the form it must have",
    "WARC 1.1 section 5",
    "WARC-Record-ID is a URI in angle brackets, WARC-Date a moment in UTC, Content-Length a number, a digest the name "
    "of an algorithm and a value of its length.",
    "Write the record again with a writer that follows the standard, and package it anew.",
)
REPEATED_IDENTIFIER = Rule(
    "WARC-012",
    _ERROR,
    "two records with the same identifier",
    "WARC 1.1 section 5.2",
    "WARC-Record-ID is globally unique; indexes, METS and PREMIS point at records by it.",
    "Find out whether a record was written twice; write the file again without the copy, and package it anew.",
)
SHORT_BLOCK = Rule(
    "WARC-013",
    _ERROR,
    "a block shorter than its Content-Length",
    "WARC 1.1 section 5.3",
    "The record ends before its block has the length that its header states: part of the content is lost.",
    _FROM_COPY,
)
BAD_END = Rule(
    "WARC-014",
    _ERROR,
    "a record that does not end with two empty lines",
    "WARC 1.1 section 4",
    "Behind a block stand CR LF CR LF. Where something else stands, Content-Length does not say the truth, or the "
    "record was damaged.",
    _FROM_COPY,
)
WRONG_BLOCK_DIGEST = Rule(
    "WARC-015",
    _ERROR,
    "a block that does not have its digest",
    "WARC 1.1 section 5.8",
    "The bytes of the block are not the bytes that were digested when the record was written.",
    _FROM_COPY,
)
WRONG_PAYLOAD_DIGEST = Rule(
    "WARC-016",
    _ERROR,
    "a payload that does not have its digest",
    "WARC 1.1 section 5.9",
    "The payload is the entity without its chunked framing and with its content coding. Its bytes are not those that "
    "were digested when the record was written, or the writer digested something else.",
    "If the block has its digest, the writer erred: record that. Otherwise take the file from another copy.",
)
CHUNKED_PAYLOAD_DIGEST = Rule(
    "WARC-017",
    _WARNING,
    "a payload digest that covers the chunked framing",
    "WARC 1.1 section 5.9",
    "Several writers (warcio, wget) digest a chunked body as it came over the wire. The bytes are undamaged, but the "
    "digest cannot be compared with others, and revisits that rely on it are missed.",
    "Nothing is lost; keep the record as it is.",
)
UNKNOWN_DIGEST = Rule(
    "WARC-018",
    _WARNING,
    "a digest that cannot be checked",
    "WARC 1.1 section 5.8",
    "A digest is the name of an algorithm, a colon and a value; this algorithm is not known here, so that nothing is "
    "known about the bytes either.",
    "Check it with the tool that wrote it.",
)
NO_BLOCK_DIGEST = Rule(
    "WARC-019",
    _WARNING,
    "a record without a block digest",
    "WARC 1.1 section 5.8",
    "Without WARC-Block-Digest nobody can tell whether this record changed apart from the file as a whole.",
    "Nothing is lost; the manifests of the bag still cover the file.",
)
NO_WARCINFO = Rule(
    "WARC-020",
    _WARNING,
    "a WARC file that does not begin with a warcinfo record",
    "WARC 1.1 section 6.2",
    "A warcinfo record says which software wrote the records that follow, and how.",
    "Say in the description of the package where the file comes from.",
)
UNKNOWN_TYPE = Rule(
    "WARC-021",
    _WARNING,
    "a type of record that is not known",
    "WARC 1.1 section 6",
    "The standard knows warcinfo, response, resource, request, metadata, revisit, conversion and continuation; readers "
    "pass over others.",
    "Keep the record; say in the description what it is.",
)
NO_CONTENT_TYPE = Rule(
    "WARC-022",
    _WARNING,
    "a block without a Content-Type",
    "WARC 1.1 section 5.6",
    "Every record whose block is not empty should say what the block is.",
    "Nothing is lost; readers guess.",
)
BRACKETED_TARGET = Rule(
    "WARC-023",
    _WARNING,
    "a WARC-Target-URI in angle brackets",
    "WARC 1.1 section 5.14",
    "Old versions of wget write the URI as <…>. Readers that take the brackets for a part of it never find the record.",
    "Index the file with a reader that removes the brackets.",
)
TARGET_NOT_RFC3986 = Rule(
    "WARC-024",
    _INFO,
    "a WARC-Target-URI with characters that RFC 3986 does not allow",
    "WARC 1.1 section 5.14",
    "Browsers ask for such URLs, and replay looks them up in this form, so that they are kept as they were asked for.",
    "Nothing needs to be done.",
)
REVISIT_PROFILE = Rule(
    "WARC-025",
    _ERROR,
    "a revisit record without a profile",
    "WARC 1.1 section 6.7.1",
    "WARC-Profile says in which way the content is the same as before; without it the record means nothing.",
    "Write the record again with its profile, and package it anew.",
)
REVISIT_DIGEST = Rule(
    "WARC-026",
    _ERROR,
    "a revisit for an identical payload without a payload digest",
    "WARC 1.1 section 6.7.2",
    "The digest is what was compared; without it the payload cannot be found again.",
    "Write the record again with its digest, and package it anew.",
)
REVISIT_ORIGINAL = Rule(
    "WARC-027",
    _WARNING,
    "a revisit record that does not say which record it revisits",
    "WARC 1.1 sections 6.7.2 and 6.7.3",
    "WARC-Refers-To, or WARC-Refers-To-Target-URI together with WARC-Refers-To-Date, is recommended: otherwise the "
    "payload can only be looked for by its digest.",
    "Nothing is lost as long as the original is in the same package.",
)
NO_HTTP_HEAD = Rule(
    "WARC-028",
    _INFO,
    "a response without a status line that can be read",
    "RFC 9112 section 4",
    "The server sent something that is not HTTP/1.x, or closed the connection early. It is kept byte for byte; readers "
    "may complain about it.",
    "Nothing needs to be done.",
)
CREDENTIALS = Rule(
    "WARC-029",
    _WARNING,
    "a request record that holds credentials",
    "RFC 9110 section 11.6.2; RFC 6265 section 8",
    "Cookie and Authorization headers let whoever reads the archive act in the name of the person who captured.",
    "Make the credentials invalid at the server, and decide whether the package may be given away.",
)
SEGMENTED = Rule(
    "WARC-030",
    _WARNING,
    "a record that is a segment of a larger one",
    "WARC 1.1 section 7",
    "Segments are checked one by one; that together they are the original record is not checked.",
    "Put the segments together with the tool that wrote them, and check the whole.",
)
TRUNCATION_REASON = Rule(
    "WARC-031",
    _WARNING,
    "a WARC-Truncated with a reason that is not known",
    "WARC 1.1 section 5.15",
    "The standard knows length, time, disconnect and unspecified.",
    "Nothing is lost; read it as unspecified.",
)
BAD_ADDRESS = Rule(
    "WARC-032",
    _WARNING,
    "a WARC-IP-Address that is no IP address",
    "WARC 1.1 section 5.10",
    "The address of the server is evidence of where a response came from; this value names none.",
    "Nothing is lost; do not rely on the value.",
)

RULES: tuple[Rule, ...] = rules_among(globals())
