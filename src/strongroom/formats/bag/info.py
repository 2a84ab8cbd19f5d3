"""bag-info.txt: elements that describe a bag as a whole (RFC 8493 section 2.2.2)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from strongroom.formats.bag.declaration import Declaration
from strongroom.formats.bag.lines import read_lines
from strongroom.formats.bag.paths import shown
from strongroom.model.finding import Finding
from strongroom.model.rules import bag as rules

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_ONCE = ("Bagging-Date", "Bag-Size", "Bag-Group-Identifier", "Bag-Count")
MAX_FAULTS = 100
"""Malformed or loose lines reported one by one; the last finding says that there are more."""


@dataclass(frozen=True, slots=True)
class Oxum:
    """Payload-Oxum: how many bytes in how many files."""

    length_bytes: int
    files: int

    def __str__(self) -> str:
        return f"{self.length_bytes}.{self.files}"


@dataclass(frozen=True, slots=True)
class Info:
    """The elements of bag-info.txt in their order, and what Payload-Oxum says, if it says something usable."""

    elements: tuple[tuple[str, str], ...] = ()
    oxum: Oxum | None = None


def tidy_elements(elements: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    r"""Make elements fit for one line each: white space inside becomes single spaces, empty values are left out.

    >>> list(tidy_elements([("External-Description", "Two\nlines"), ("Contact-Email", "")]))
    [('External-Description', 'Two lines')]
    """
    for label, value in elements:
        whole = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        if tidy := _BLANKS.sub(" ", whole).strip():
            yield label, tidy


def render_info(elements: Iterable[tuple[str, str]]) -> bytes:
    r"""Write bag-info.txt, one line an element; values are not folded, since readers disagree on what a fold means.

    >>> render_info([("Bag-Count", "1 of 2")])
    b'Bag-Count: 1 of 2\n'
    """
    return "".join(f"{label}: {value}\n" for label, value in elements).encode()


def read_info(file: BinaryIO, name: str, declaration: Declaration) -> tuple[Info, tuple[Finding, ...]]:
    """Read the elements; folded values are joined with single spaces, blank lines are passed over."""
    findings: list[Finding] = []
    folded: list[tuple[str, list[str]]] = []
    malformed = loose = 0
    for number, line in read_lines(file, name, declaration, findings):
        if line is not None and not line.strip():
            continue
        if line is not None and line[0] in " \t" and folded:
            folded[-1][1].append(line.strip())
            continue
        label, colon, value = line.partition(":") if line is not None else ("", "", "")
        if not colon or not label.strip():
            malformed += 1
            findings += _malformed(name, number, line, malformed)
            continue
        if not declaration.is_old and not _is_strict(label, value):
            loose += 1
            findings += _loose(name, number, line or "", loose)
        folded.append((label.strip(), [value.strip()]))
    elements = [(label, " ".join(values).strip()) for label, values in folded]
    oxum, faults = _judge(name, elements, declaration)
    return Info(tuple(elements), oxum), (*findings, *faults)


def _is_strict(label: str, value: str) -> bool:
    return label == label.strip() and value[:1] in {" ", "\t"} and value[1:2] not in {" ", "\t"}


def _loose(name: str, number: int, line: str, count: int) -> Iterator[Finding]:
    if count > MAX_FAULTS:
        return
    found = "further such lines, not listed" if count == MAX_FAULTS else shown(line[:200])
    expected = "one space after the colon, none before it"
    yield rules.ELEMENT_LOOSE.at(f"{name}#line={number}", expected=expected, found=found)


def _malformed(name: str, number: int, line: str | None, count: int) -> Iterator[Finding]:
    if count > MAX_FAULTS:
        return
    found = "further such lines, not listed" if count == MAX_FAULTS else shown((line or "a line without end")[:200])
    yield rules.ELEMENT_MALFORMED.at(f"{name}#line={number}", expected="label: value", found=found)


def _judge(
    name: str, elements: list[tuple[str, str]], declaration: Declaration
) -> tuple[Oxum | None, Iterable[Finding]]:
    values: dict[str, list[str]] = {}
    for label, value in elements:
        values.setdefault(label.lower(), []).append(value)
    findings: list[Finding] = []
    for label in _ONCE:
        stated = values.get(label.lower(), [])
        if len(stated) > 1 and not declaration.is_old:
            found = f"{len(stated)} times"
            findings.append(rules.ELEMENT_REPEATED.at(f"{name}#{label}", expected="once", found=found))
    for value in values.get("bagging-date", []):
        if not _is_date(value):
            found = shown(value)
            findings.append(rules.DATE_MALFORMED.at(f"{name}#Bagging-Date", expected="YYYY-MM-DD", found=found))
    oxum, faults = _oxum(name, values.get("payload-oxum", []), declaration)
    return oxum, findings + faults


def _oxum(name: str, stated: list[str], declaration: Declaration) -> tuple[Oxum | None, list[Finding]]:
    where = f"{name}#Payload-Oxum"
    findings: list[Finding] = []
    distinct = list(dict.fromkeys(stated))
    if len(distinct) > 1 or (len(stated) > 1 and not declaration.is_old):
        found = shown(" and ".join(stated))
        return None, [rules.OXUM_REPEATED.at(where, expected="once", found=found)]
    if len(stated) > 1:
        findings.append(rules.ELEMENT_REPEATED.at(where, expected="once", found=f"{len(stated)} times"))
    if not stated:
        return None, findings
    match = re.fullmatch(r"([0-9]{1,19})\.([0-9]{1,19})", stated[0])
    if not match:
        findings.append(rules.OXUM_MALFORMED.at(where, expected="bytes.files", found=shown(stated[0])))
        return None, findings
    return Oxum(int(match[1]), int(match[2])), findings


def _is_date(value: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
