import json
from pathlib import Path

import ada_url
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.wacz.surt import surt

# URL to key: facts told by the surt package (0.3.1), which is never installed beside strongroom.
KEYS = json.loads((Path(__file__).parent / "surt_keys.json").read_text(encoding="utf-8"))


def test_keys_are_those_of_the_surt_package():
    assert {url: surt(url) for url in KEYS} == KEYS


@pytest.mark.parametrize("section", ["Canonicalizer.DefaultIA", "google"])
def test_urls_that_the_corpus_calls_the_same_have_the_same_key(corpora, section):
    cases = json.loads((corpora / "urlcanon" / "testdata" / "surt.json").read_text(encoding="utf-8"))[section]
    compared = 0
    for url, canonical in cases.items():
        if ada_url.check_url(url) and ada_url.check_url(canonical):
            assert surt(ada_url.URL(url).href) == surt(ada_url.URL(canonical).href), url
            compared += 1
    assert compared >= 7


@given(st.text(max_size=60))
def test_whatever_a_url_is_its_key_is_one_word_of_ascii(text):
    if ada_url.check_url(f"http://example.org/{text}"):
        key = surt(ada_url.URL(f"http://example.org/{text}").href)
        assert key.isascii()
        assert key.split() == [key]
        assert key.startswith("org,example)/")


def test_what_is_no_url_is_its_own_key():
    assert surt("no url") == "no url"
