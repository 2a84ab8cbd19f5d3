import base64
import hashlib
from dataclasses import replace

import pytest

from edges import CountingIdentifiers
from formats.warc_samples import (
    CHUNKED,
    EMPTY,
    GARBAGE,
    INTERMEDIATE,
    LEAF,
    PLAIN,
    ROOT,
    TLS,
    WHEN,
    exchange,
    response,
    writer,
)
from strongroom.formats.warc.exchange import metadata_record, records_of, resource_record, warcinfo_fields
from strongroom.formats.warc.record import IDENTICAL_PAYLOAD, NOT_MODIFIED, NewRecord
from strongroom.model.capture import RecordType
from strongroom.model.digest import Digest
from strongroom.model.exchange import Failure, FailureKind, Truncation

LEAF_URN = "urn:strongroom:certificate:sha256:" + hashlib.sha256(LEAF).hexdigest()


def records(one, **more):
    return records_of(one, **({"new_id": CountingIdentifiers(), "known_certificates": set()} | more))


def kinds(made):
    return [str(record.type) for record in made]


def fields(record: NewRecord) -> list[tuple[str, str]]:
    assert isinstance(record.block, bytes)
    return [tuple(line.split(": ", 1)) for line in record.block.decode().removesuffix("\r\n").split("\r\n")]


def entry_of(folder, one=None):
    """An original on disk, to be revisited."""
    with writer(folder, new_id=CountingIdentifiers()) as made:
        return made.write_all(records(one or exchange()))[0]


def test_an_ordinary_exchange_is_a_response_and_a_request_with_one_date():
    made = records(exchange())
    assert kinds(made) == ["response", "request"]
    assert [record.date for record in made] == [WHEN, WHEN]
    assert [record.target_uri for record in made] == ["https://example.org/a?b=c"] * 2
    assert [record.address for record in made] == ["192.0.2.7"] * 2
    assert [record.concurrent_to for record in made] == [None, made[0].record_id]
    assert [record.content_type for record in made] == [
        "application/http;msgtype=response",
        "application/http;msgtype=request",
    ]


def test_the_blocks_are_the_bytes_of_the_wire():
    made = records(exchange(CHUNKED))
    assert b"".join(made[0].block.chunks()) == CHUNKED
    assert made[1].block == exchange().request_block


def test_the_payload_is_without_chunks_but_with_its_content_coding():
    (answer, _) = records(exchange(CHUNKED))
    assert (answer.payload_digest, answer.payload_length_bytes) == (Digest.of([b"body{}"]), 6)


def test_a_truncated_response_says_so():
    (answer, _) = records(exchange(None, response=response(PLAIN[:-2], truncated=Truncation.DISCONNECT)))
    assert answer.truncated == "disconnect"


def test_what_has_no_place_in_a_response_is_kept_verbatim_beside_it():
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    one = exchange(
        None,
        response=response(
            PLAIN, interim=interim, surplus=b"\x00surplus", surplus_cut=True, malformed=("a folded header line", "NUL")
        ),
        withheld=("Cookie", "Authorization"),
    )
    made = records(one)
    assert kinds(made) == ["response", "request", "metadata"]
    assert made[2].concurrent_to == made[0].record_id
    assert made[2].content_type == "application/warc-fields"
    assert fields(made[2]) == [
        ("withheld-request-header", "Cookie"),
        ("withheld-request-header", "Authorization"),
        ("http-interim-base64", base64.b64encode(interim).decode()),
        ("http-surplus-base64", base64.b64encode(b"\x00surplus").decode()),
        ("http-surplus-truncated", "length"),
        ("http-malformed", "a folded header line"),
        ("http-malformed", "NUL"),
    ]


def test_the_session_and_each_certificate_once_are_recorded_for_https():
    known: set[str] = set()
    made = records(exchange(tls=TLS), known_certificates=known)
    assert kinds(made) == ["response", "request", "resource", "resource", "resource", "metadata"]
    assert [(record.target_uri, record.block, record.content_type) for record in made[2:5]] == [
        (f"urn:strongroom:certificate:sha256:{hashlib.sha256(one).hexdigest()}", one, "application/pkix-cert")
        for one in (LEAF, INTERMEDIATE, ROOT)
    ]
    assert fields(made[5])[:5] == [
        ("tls-protocol", "TLSv1.3"),
        ("tls-cipher", "TLS_AES_256_GCM_SHA384"),
        ("tls-verified", "true"),
        ("tls-verification", "ok"),
        ("tls-sent-certificate", LEAF_URN),
    ]
    assert [name for name, _ in fields(made[5])[4:]] == ["tls-sent-certificate"] * 2 + ["tls-verified-certificate"] * 3
    again = records(exchange(tls=TLS), known_certificates=known)
    assert kinds(again) == ["response", "request", "metadata"]
    assert len(known) == 3


def test_a_chain_that_python_cannot_tell_is_recorded_as_unknown():
    made = records(exchange(tls=replace(TLS, sent_chain=None, verified_chain=())))
    assert fields(made[-1])[4:] == [("tls-sent-certificate", "unknown")]


REFUSED = replace(TLS, verified=False, verification="self-signed certificate")


@pytest.mark.parametrize(
    ("kind", "url", "address", "tls", "is_sent"),
    [
        (FailureKind.DNS, "http://a/", None, None, False),
        (FailureKind.ADDRESS, "http://a/", None, None, False),
        (FailureKind.CONNECT, "http://a/", "192.0.2.7", None, False),
        (FailureKind.TIMEOUT, "http://a/", None, None, False),
        (FailureKind.TIMEOUT, "http://a/", "192.0.2.7", None, True),
        (FailureKind.DISCONNECT, "http://a/", "192.0.2.7", None, True),
        (FailureKind.TIMEOUT, "https://a/", "192.0.2.7", None, False),
        (FailureKind.TLS, "https://a/", "192.0.2.7", None, False),
        (FailureKind.TLS, "https://a/", "192.0.2.7", REFUSED, False),
        (FailureKind.TLS, "https://a/", "192.0.2.7", TLS, True),
        (FailureKind.DISCONNECT, "https://a/", "192.0.2.7", TLS, True),
    ],
)
def test_a_failure_is_a_metadata_record_beside_the_request_if_it_was_sent(kind, url, address, tls, is_sent):
    one = exchange(None, url=url, address=address, tls=tls, failure=Failure(kind, "no answer\r\ncame"))
    made = [record for record in records(one) if record.type is not RecordType.RESOURCE]
    assert kinds(made) == (["request", "metadata"] if is_sent else ["metadata"])
    assert fields(made[-1])[:2] == [("failure", str(kind)), ("failure-message", "no answer came")]
    assert made[-1].concurrent_to == (made[0].record_id if is_sent else None)


def test_interim_answers_before_a_failure_are_kept():
    made = records(
        exchange(None, failure=Failure(FailureKind.DISCONNECT, "closed"), interim=b"HTTP/1.1 100 Go\r\n\r\n")
    )
    assert fields(made[-1])[2] == ("http-interim-base64", base64.b64encode(b"HTTP/1.1 100 Go\r\n\r\n").decode())


def test_the_same_payload_again_is_a_revisit_with_the_head_alone(tmp_path):
    original = entry_of(tmp_path)
    made = records(exchange(url="https://example.org/other", tls=TLS), revisit_of=original)
    assert kinds(made)[:2] == ["revisit", "request"]
    revisit = made[0]
    assert revisit.block == PLAIN.removesuffix(b"hello")
    assert (revisit.refers_to, revisit.truncated) == (original.record_id, "length")
    assert (revisit.payload_digest, revisit.payload_length_bytes) == (original.payload_digest, 5)
    assert (revisit.status, revisit.media_type, revisit.target_uri) == (200, "text/html", "https://example.org/other")
    assert revisit.fields == (
        ("WARC-Profile", IDENTICAL_PAYLOAD),
        ("WARC-Refers-To-Target-URI", "https://example.org/a?b=c"),
        ("WARC-Refers-To-Date", "2025-11-03T08:00:00.123Z"),
    )


def test_a_304_is_a_revisit_of_what_was_not_modified(tmp_path):
    original = entry_of(tmp_path)
    block = b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n'
    revisit = records(exchange(block), revisit_of=original)[0]
    assert (revisit.type, revisit.fields[0]) == (RecordType.REVISIT, ("WARC-Profile", NOT_MODIFIED))
    assert (revisit.block, revisit.truncated, revisit.payload_digest) == (block, None, original.payload_digest)


@pytest.mark.parametrize(
    "answer",
    [
        response(EMPTY),
        response(GARBAGE),
        response(PLAIN.replace(b"hello", b"other")),
        response(PLAIN, truncated=Truncation.TIME),
    ],
    ids=["empty", "no HTTP", "another payload", "truncated"],
)
def test_an_answer_that_may_not_be_a_revisit_is_kept_whole(tmp_path, answer):
    made = records(exchange(None, response=answer), revisit_of=entry_of(tmp_path))
    assert (made[0].type, made[0].block) == (RecordType.RESPONSE, answer.block)


def test_a_resource_is_its_own_payload():
    record = resource_record(b"abc", target_uri="urn:strongroom:x", date=WHEN, record_id="urn:x:1", content_type="a/b")
    assert (record.payload_digest, record.payload_length_bytes) == (Digest.of([b"abc"]), 3)


def test_a_metadata_record_holds_the_fields_in_order():
    record = metadata_record(
        [("via", "a"), ("via", "b")], target_uri="https://example.org/", date=WHEN, record_id="urn:x:1"
    )
    assert (record.type, record.block) == (RecordType.METADATA, b"via: a\r\nvia: b\r\n")


def test_warcinfo_says_what_wrote_the_file_and_nothing_of_the_machine():
    assert warcinfo_fields(
        software="strongroom/0.1.0", operator="An archive", robots="obey", user_agent="strongroom/0.1.0"
    ) == {
        "software": "strongroom/0.1.0",
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "operator": "An archive",
        "robots": "obey",
        "http-header-user-agent": "strongroom/0.1.0",
    }
