"""What ocfl-py says of objects and storage roots; run by the Python of its environment, which has nothing of ours.

Reads a JSON object from standard input: {"objects": [path, …], "roots": [path, …], "ids": [identifier, …]}. Writes one:
{"objects": {path: [code, …]}, "roots": {path: whether it is valid}, "ids": {identifier: path below a storage root}}.
"""

import contextlib
import io
import json
import sys

import ocfl
from ocfl.layout_registry import get_layout
from ocfl.validator import Validator


def codes(path: str) -> list[str]:
    """All that is wrong with an object; letters that ocfl-py adds to the standard's codes are its own."""
    validator = Validator(log_warnings=True)
    try:
        validator.validate_object(path)
    except Exception as error:
        return [f"raised {type(error).__name__}"]
    return sorted({code.rstrip("abcdefghij") for code in validator.log.codes})


def is_valid(path: str) -> bool:
    """Whether a storage root and all its objects are; what it prints is left out."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            return bool(ocfl.StorageRoot(root=path).validate(log_warnings=True))
        except Exception:
            return False


def main() -> None:
    asked = json.load(sys.stdin)
    layout = get_layout("0003-hash-and-id-n-tuple-storage-layout")
    answer = {
        "objects": {path: codes(path) for path in asked.get("objects", ())},
        "roots": {path: is_valid(path) for path in asked.get("roots", ())},
        "ids": {one: layout.identifier_to_path(one) for one in asked.get("ids", ())},
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
