import pytest

from strongroom.cli.capture_options import settings_of
from strongroom.cli.running import build_parser
from strongroom.errors import UsageError
from strongroom.model.plan import RobotsPolicy, Scope
from strongroom.settings import Settings

URL = "http://example.org/"


def settings(*argv):
    return settings_of(build_parser().parse_args(["preserve", URL, *argv]))


def test_without_flags_and_file_the_defaults_stand():
    assert settings() == Settings()


def test_flags_go_before_the_file_and_the_file_before_defaults(tmp_path):
    file = tmp_path / "strongroom.toml"
    file.write_text('[plan]\nscope = "host"\nmax_urls = 7\n[capture]\ndelay_seconds = 9\n')
    made = settings("--config", str(file), "--max-urls", "3")
    assert (made.plan.scope, made.plan.max_urls, made.capture.delay_seconds) == (Scope.HOST, 3, 9.0)
    assert made.plan.max_seconds == Settings().plan.max_seconds


def test_every_flag_reaches_its_setting(tmp_path):
    pem = tmp_path / "ca.pem"
    pem.write_text("x")
    made = settings(
        *("--scope", "domain", "--depth", "2", "--include", "a", "--include", "b", "--exclude", "c"),
        *("--max-urls", "5", "--max-bytes", "2GB", "--max-seconds", "60", "--robots", "record"),
        *("--delay", "0", "--allow-private", "--ca", str(pem), "--user-agent", "mailto:archive@example.org"),
    )
    assert made.plan.model_dump() == {
        "scope": Scope.DOMAIN,
        "depth": 2,
        "include": ("a", "b"),
        "exclude": ("c",),
        "max_urls": 5,
        "max_bytes": 2 * 10**9,
        "max_seconds": 60.0,
        "robots": RobotsPolicy.RECORD,
    }
    assert made.capture.delay_seconds == 0
    assert made.capture.allow_private is True
    assert made.capture.certificate_authorities == pem
    assert made.capture.user_agent == "mailto:archive@example.org"


def test_set_adds_to_the_values_of_the_file_and_replaces_those_of_its_term(tmp_path):
    file = tmp_path / "strongroom.toml"
    file.write_text('[describe.values]\n"dcterms:title" = ["Old"]\n"dcterms:language" = ["pt"]\n')
    made = settings("--config", str(file), "--set", "dcterms:title=A=B", "--set", "dcterms:title= C ")
    assert made.describe.values == {"dcterms:title": ("A=B", "C"), "dcterms:language": ("pt",)}


@pytest.mark.parametrize("typed", ["title=x", "dcterms:title", "dcterms:title=", "dcterms:=x", "foo:title=x", "=x"])
def test_set_without_a_qualified_term_is_a_usage_error_that_shows_how(typed):
    with pytest.raises(UsageError, match="write it as --set 'dcterms:title=The title'"):
        settings("--set", typed)


def test_every_fault_of_a_settings_file_is_listed(tmp_path):
    file = tmp_path / "strongroom.toml"
    file.write_text('[plan]\nscop = "page"\ndepth = -1\n[bogus]\nx = 1\n')
    with pytest.raises(UsageError) as caught:
        settings("--config", str(file))
    for part in ("plan.scop is not a setting", "plan.depth", "bogus is not a setting", str(file)):
        assert part in str(caught.value)


def test_every_bad_pattern_and_path_is_listed():
    with pytest.raises(UsageError) as caught:
        settings("--include", "(", "--exclude", "[", "--ca", "/nowhere/ca.pem")
    for part in ("plan.include: '('", "plan.exclude: '['", "/nowhere/ca.pem is not a file"):
        assert part in str(caught.value)
