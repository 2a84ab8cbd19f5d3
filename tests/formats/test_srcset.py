"""srcset, against the Web Platform Tests."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.formats.documents.srcset import ImageCandidate, candidates


def test_all_235_cases_of_the_web_platform_tests_choose_the_image_that_browsers_choose(corpora: Path) -> None:
    cases = json.loads((corpora / "srcset-wpt/srcset.json").read_bytes())
    assert len(cases) == 235
    for case in cases:
        found = [candidate.url for candidate in candidates(case["srcset"])]
        # Each case has one usable candidate at most, or the first one is chosen.
        assert (found[0] if found else "") == case["expect"], case


@pytest.mark.parametrize(
    ("srcset", "expected"),
    [
        ("a.png, b.png 2x", [ImageCandidate("a.png"), ImageCandidate("b.png", density=2.0)]),
        ("a.png 100w,b.png 200w", [ImageCandidate("a.png", width=100), ImageCandidate("b.png", width=200)]),
        ("a,b.png 1x", [ImageCandidate("a,b.png", density=1.0)]),
        (
            "data:image/png;base64,AA== 1x, b.png",
            [ImageCandidate("data:image/png;base64,AA==", density=1.0), ImageCandidate("b.png")],
        ),
        ("a.png 1x 2x, b.png", [ImageCandidate("b.png")]),
        ("a.png (1, 2), b.png", [ImageCandidate("b.png")]),
        ("a.png 100w 50h", [ImageCandidate("a.png", width=100)]),
        ("a.png 50h", []),
        ("\n  a.png\n  ,\n b.png\t2x ,", [ImageCandidate("a.png"), ImageCandidate("b.png", density=2.0)]),
    ],
)
def test_candidates_have_their_descriptors(srcset: str, expected: list[ImageCandidate]) -> None:
    assert list(candidates(srcset)) == expected


def test_a_width_of_many_digits_is_read_at_all() -> None:
    assert list(candidates(f"a.png {'9' * 10_000}w")) == [ImageCandidate("a.png", width=10**18)]


@given(st.text(alphabet="ab., \t\n(1x2wh)-e", max_size=60))
def test_any_text_ends_and_no_url_holds_white_space(srcset: str) -> None:
    for candidate in candidates(srcset):
        assert candidate.url
        assert not set(candidate.url) & set(" \t\n")
        assert not candidate.url.startswith(",")


@given(st.lists(st.text(alphabet="abc/.?=", min_size=1, max_size=8), min_size=1, max_size=6))
def test_what_is_written_as_a_srcset_is_read_from_it(urls: list[str]) -> None:
    srcset = ", ".join(f"{url} {100 + place}w" for place, url in enumerate(urls))
    assert [(one.url, one.width) for one in candidates(srcset)] == [
        (url, 100 + place) for place, url in enumerate(urls)
    ]
