"""settings.toml: the settings a package was made with, as they were after files and flags (TOML 1.0).

Paths, concurrency and whatever could hold a secret stay out: the file travels with the package.
"""

import json
from collections.abc import Mapping
from typing import Any

from strongroom.settings import Settings

_LEFT_OUT = {
    "capture": frozenset({"certificate_authorities", "connections", "connections_per_host"}),
    "verify": frozenset({"max_files", "max_tag_file_bytes", "max_manifest_bytes", "max_xml_bytes", "max_hole_bytes"}),
}


def write_settings(settings: Settings) -> bytes:
    """The resolved settings, one table a section, keys sorted; what is not set does not appear."""
    lines: list[str] = []
    for section, values in sorted(settings.model_dump(mode="json").items()):
        kept = {key: value for key, value in values.items() if key not in _LEFT_OUT.get(section, ())}
        if kept:
            lines += _table(section, kept)
    return "\n".join(lines).encode()


def _table(name: str, values: Mapping[str, Any]) -> list[str]:
    plain = {key: value for key, value in values.items() if value is not None and not isinstance(value, dict)}
    lines = [f"[{name}]", *(f"{_key(key)} = {_value(value)}" for key, value in sorted(plain.items())), ""]
    for key, value in sorted(values.items()):
        if isinstance(value, dict) and value:
            lines += _table(f"{name}.{_key(key)}", value)
    return lines


def _key(text: str) -> str:
    return text if text.replace("_", "").replace("-", "").isalnum() and text.isascii() else _text(text)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case list():
            return "[" + ", ".join(_value(one) for one in value) + "]"
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    # A JSON string without surrogate escapes is a TOML basic string, except that TOML wants DEL escaped too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
