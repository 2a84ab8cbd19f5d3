import tomllib
from pathlib import Path

from strongroom.formats.settings_toml import write_settings
from strongroom.settings import Settings

NASTY = 'quote " backslash \\ line\nfeed \x7f \x1b é \U0001f600'


def test_what_is_written_reads_back_as_the_same_settings_but_for_what_stays_at_home():
    settings = Settings.of(
        {
            "plan": {"scope": "host", "depth": 2, "exclude": [NASTY]},
            "capture": {"delay_seconds": 0.25, "operator": NASTY, "connections": 7},
            "describe": {"values": {"dcterms:title": [NASTY, "b"]}, "defaults": {"dcterms:language": ["en"]}},
            "pack": {"info": {"LC-Project": ["x"]}},
        },
        "test",
    )
    written = tomllib.loads(write_settings(settings).decode())
    there = Settings.of(written, "written")
    assert there == settings.model_copy(update={"capture": settings.capture.model_copy(update={"connections": 32})})


def test_paths_and_concurrency_do_not_travel():
    settings = Settings.of({"capture": {"certificate_authorities": Path("/home/somebody/ca.pem")}}, "test")
    written = tomllib.loads(write_settings(settings).decode())
    assert {"certificate_authorities", "connections", "connections_per_host"} & set(written["capture"]) == set()
    assert "verify" not in written


def test_same_settings_same_bytes():
    assert write_settings(Settings()) == write_settings(Settings())
