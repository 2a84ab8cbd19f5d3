"""The objects that the editors of OCFL publish are judged as their names say: good, warn or bad, and by code."""

from pathlib import Path

from formats.ocfl_fixtures import NAMED_OTHERWISE, fixtures
from strongroom.formats.ocfl.check import check_object
from strongroom.model.finding import Finding, Severity


def _verdict(findings: list[Finding]) -> str:
    if any(one.severity is Severity.ERROR for one in findings):
        return "invalid"
    return "valid-with-warnings" if findings else "valid"


def test_every_fixture_has_the_verdict_of_its_folder(corpora: Path) -> None:
    found = {one.path: _verdict(check_object(corpora / "ocfl-fixtures" / one.path)) for one in fixtures(corpora)}
    assert found == {one.path: one.verdict for one in fixtures(corpora)}
    assert len(found) == 101


def test_bad_fixtures_have_the_errors_of_their_names(corpora: Path) -> None:
    lacking = {}
    for one in fixtures(corpora):
        found = {finding.code for finding in check_object(corpora / "ocfl-fixtures" / one.path)}
        if one.verdict == "invalid" and not one.codes <= found:
            lacking[one.path] = one.codes - found
    assert lacking == {path: {code} for path, (code, _) in NAMED_OTHERWISE.items()}


def test_warn_fixtures_have_the_warnings_of_their_names_and_no_others(corpora: Path) -> None:
    named = {one.path: one.codes for one in fixtures(corpora) if one.verdict == "valid-with-warnings"}
    found = {path: {finding.code for finding in check_object(corpora / "ocfl-fixtures" / path)} for path in named}
    assert found == named


def test_without_reading_content_the_structure_is_judged_all_the_same(corpora: Path) -> None:
    """What only the bytes of content show is not found; everything else is."""
    content = {"E092", "E093"}
    for one in fixtures(corpora):
        whole, structure = (
            [
                (finding.code, finding.where)
                for finding in check_object(corpora / "ocfl-fixtures" / one.path, digests=read)
            ]
            for read in (True, False)
        )
        assert set(structure) <= set(whole)
        assert {code for code, _ in set(whole) - set(structure)} <= content
