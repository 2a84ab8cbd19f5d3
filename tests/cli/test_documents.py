from pathlib import Path

import pytest

from strongroom.cli.documents import documents, write
from strongroom.cli.json_schemas import schema_names, schema_of
from strongroom.cli.running import COMMANDS

ROOT = Path(__file__).parents[2]
AGAIN = "stale; run: python -m strongroom.cli.documents ."


@pytest.mark.parametrize(("path", "text"), [pytest.param(path, text, id=path) for path, text in documents()])
def test_the_generated_file_is_fresh(path, text):
    assert (ROOT / path).read_text(encoding="utf-8") == text, AGAIN


def test_no_schema_of_another_name_lies_beside_them():
    kept = {path.stem for path in (ROOT / "schemas" / "json").glob("*.json")}
    assert kept == set(schema_names())


def test_every_command_has_a_schema():
    assert set(COMMANDS) <= set(schema_names())


@pytest.mark.parametrize("name", [*COMMANDS, "failure", "text"])
def test_every_document_has_kind_exit_and_error(name):
    schema = schema_of(name)
    assert list(schema["properties"])[:3] == ["kind", "exit", "error"]
    assert {"kind", "exit", "error"} <= set(schema["required"])
    assert schema["properties"]["kind"]["const"] == name
    assert schema["additionalProperties"] is False


def test_every_key_of_every_schema_is_described():
    for name in schema_names():
        schema = schema_of(name)
        for part in (schema, *schema.get("$defs", {}).values()):
            for key, value in part.get("properties", {}).items():
                assert "description" in value or "$ref" in value or key == "kind", (name, key)


def test_writing_twice_changes_nothing(tmp_path):
    write(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    write(tmp_path)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
