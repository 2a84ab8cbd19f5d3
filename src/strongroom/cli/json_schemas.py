"""The published JSON Schemas: one for each command's output, and one for the settings file."""

from typing import Any

from strongroom.cli.outputs import COMMANDS
from strongroom.cli.outputs.parts import FailureOutput, Output, TextOutput
from strongroom.settings import Settings


def schema_names() -> tuple[str, ...]:
    """One for each command, then what belongs to none."""
    return (*COMMANDS, "failure", "text", "settings")


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of an output, or of the settings file; raises `KeyError` for another name."""
    if name == "settings":
        schema = Settings.model_json_schema(mode="validation")
        title = "Settings of strongroom (strongroom.toml)"
    else:
        models: dict[str, type[Output]] = {**COMMANDS, "failure": FailureOutput, "text": TextOutput}
        schema = models[name].model_json_schema(mode="serialization")
        title = f"strongroom {name} --json" if name in COMMANDS else f"strongroom: {name}"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:strongroom:schema:{name}",
        **schema,
        "title": title,
    }
