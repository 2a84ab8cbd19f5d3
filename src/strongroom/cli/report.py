"""Printing: the result to stdout, once and as a whole; everything else to stderr."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, TextIO

from strongroom.cli.exits import Exit
from strongroom.cli.readable import readable
from strongroom.model.finding import Finding, Severity

if TYPE_CHECKING:
    from strongroom.cli.outputs.parts import FindingPart, Output


def show(arguments: argparse.Namespace, exit_: Exit, *, document: "Callable[[], Output]", lines: Iterable[str]) -> int:
    """Print the result and return its exit status.

    Args:
        arguments: `json` decides which of the two is printed, `log` also gets the document.
        exit_: what the command returns.
        document: makes the JSON document.
        lines: for people, without line ends, made readable already.
    """
    if (log := getattr(arguments, "log", None)) is not None:
        log.result(document().model_dump(mode="json"))
    if getattr(arguments, "json", False):
        put_document(document())
    else:
        put_lines(lines, sys.stdout)
    return exit_


def put_document(document: "Output") -> None:
    """Print one JSON document, in ASCII, which every terminal and every locale can carry, and nothing else."""
    put_lines([json.dumps(document.model_dump(mode="json"), indent=2)], sys.stdout)


def put_lines(lines: Iterable[str], stream: TextIO) -> None:
    """Print lines; characters that the locale cannot carry are shown as escapes; a closed pipe is no fault."""
    encoding = stream.encoding or "utf-8"
    try:
        stream.writelines(line.encode(encoding, "backslashreplace").decode(encoding) + "\n" for line in lines)
        stream.flush()
    except BrokenPipeError:
        _look_away(stream)


def put_bytes(pieces: Iterable[bytes], stream: TextIO) -> None:
    """Print bytes as they are; a closed pipe is no fault."""
    try:
        stream.flush()
        stream.buffer.writelines(pieces)
        stream.flush()
    except BrokenPipeError:
        _look_away(stream)


def _look_away(stream: TextIO) -> None:
    # Whoever read has seen enough; Python would complain again when it flushes at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def say(sentence: str) -> None:
    """Tell a person something on stderr."""
    put_lines([f"strongroom: {sentence}"], sys.stderr)


def program() -> str:
    """What a person types to run this program: as it was typed, where its name alone would not be found."""
    typed = sys.argv[0]
    return typed if Path(typed).name == "strongroom" and which("strongroom") is None else "strongroom"


def finding_lines(findings: Iterable[Finding]) -> Iterable[str]:
    """Findings for people, four lines each."""
    for one in findings:
        yield f"  {one.severity.value} {one.code}  {readable(one.where)}"
        yield f"      expected  {readable(one.expected)}"
        yield f"      found     {readable(one.found)}"
        yield f"      {readable(one.remedy)} ({readable(one.clause)})"


def finding_parts(findings: Iterable[Finding]) -> "tuple[FindingPart, ...]":
    """Findings for JSON."""
    from strongroom.cli.outputs.parts import FindingPart

    return tuple(map(FindingPart.of, findings))


def count_findings(findings: Iterable[Finding]) -> str:
    """``2 errors, 1 warning``; empty when there are none."""
    every = tuple(findings)
    numbers = ((severity, sum(one.severity is severity for one in every)) for severity in Severity)
    return ", ".join(_number(severity, number) for severity, number in numbers if number)


def _number(severity: Severity, number: int) -> str:
    if severity is Severity.INFO:
        return f"{number} for information"
    return f"{number} {severity.value}{'' if number == 1 else 's'}"
