from pathlib import Path

import pytest

from strongroom.errors import UsageError
from strongroom.settings import Settings


def test_every_fault_of_a_file_is_named(tmp_path: Path):
    path = tmp_path / "strongroom.toml"
    path.write_text('[capture]\ndelay = 1\nattempts = 0\n[plan]\nscope = "galaxy"\n[sauce]\n')
    with pytest.raises(UsageError) as caught:
        Settings.load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert [
        part
        for part in ("capture.delay is not a setting", "capture.attempts: ", "plan.scope: ", "sauce is not a setting")
        if part not in message
    ] == []


def test_a_file_that_is_not_toml_is_refused_with_its_line(tmp_path: Path):
    path = tmp_path / "strongroom.toml"
    path.write_text("[capture\n")
    with pytest.raises(UsageError, match=r"is not TOML: .*line 1.*; correct that line"):
        Settings.load(path)


def test_a_missing_file_is_refused_with_advice(tmp_path: Path):
    with pytest.raises(UsageError, match="check the path"):
        Settings.load(tmp_path / "absent.toml")


def test_an_empty_file_gives_the_defaults(tmp_path: Path):
    path = tmp_path / "strongroom.toml"
    path.write_text("")
    assert Settings.load(path) == Settings()


@pytest.mark.parametrize(
    ("label", "fault"),
    [
        ("a:b", "'a:b' cannot be a label"),
        (" a", "' a' cannot be a label"),
        ("two\nlines", r"'two\nlines' cannot be a label"),
        ("a ", "'a ' cannot be a label"),
        ("a\u2028b", r"'a\u2028b' cannot be a label"),
        ("", "'' cannot be a label"),
        ("payload-oxum", "payload-oxum has a setting of its own, or is computed; leave it out"),
        ("Contact-Name", "Contact-Name has a setting of its own, or is computed; leave it out"),
    ],
)
def test_a_label_that_bag_info_cannot_state_is_refused_before_anything_is_captured(label: str, fault: str):
    with pytest.raises(UsageError) as caught:
        Settings.of({"pack": {"info": {label: ["x"], "LC-Project": ["y"]}}}, "here")
    assert str(caught.value) == f"here: pack.info: {fault}"
