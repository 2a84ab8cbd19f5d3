"""validation-report.json: what was found when the package was validated, with what, before it was bagged.

It is a tag file, since METS cannot carry the checksum of a report about METS.
"""

import platform
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from pydantic import BaseModel, ConfigDict

from strongroom.model.finding import Accepted, Severity
from strongroom.model.package import Package

NAME = "validation-report.json"
_TOOLS = ("lxml", "isal", "bagit")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class ReportedFinding(_Part):
    """One finding, as `strongroom verify --json` shows it."""

    code: str
    severity: Severity
    where: str
    """Relative to the information package."""
    expected: str
    found: str
    clause: str
    remedy: str


class ReportedSchema(_Part):
    """A schema that lies in the package, by which its documents were judged."""

    path: str
    """Relative to the information package."""
    sha256: str
    sha512: str


class ValidationReport(_Part):
    """The whole document."""

    format: str = "strongroom-validation-report/1"
    package: str
    """The identifier of the package: OBJID of its METS.xml, name of the bag."""
    validated_at: datetime
    """UTC."""
    valid: bool
    """True: a package with a finding of severity error is never bagged."""
    files: int
    """Files of the information package."""
    bytes: int
    """Their length together."""
    counts: Mapping[str, int]
    """Findings by severity."""
    findings: tuple[ReportedFinding, ...]
    schemas: tuple[ReportedSchema, ...]
    tools: Mapping[str, str]
    """Name and version of the programs whose judgement this is."""


def render_report(accepted: Accepted[Package], *, program_version: str, validated_at: datetime) -> bytes:
    """Write the report on an accepted package as JSON, UTF-8, ending with a line feed.

    `validated_at` is aware and UTC; `program_version` is strongroom's own.
    """
    package = accepted.value
    report = ValidationReport(
        package=package.id,
        validated_at=validated_at,
        valid=True,
        files=len(package.files),
        bytes=sum(file.fixity.length_bytes for file in package.files),
        counts={severity.value: _count(accepted, severity) for severity in Severity},
        findings=tuple(
            ReportedFinding(
                code=one.code,
                severity=one.severity,
                where=one.where,
                expected=one.expected,
                found=one.found,
                clause=one.clause,
                remedy=one.remedy,
            )
            for one in accepted.findings
        ),
        schemas=tuple(
            ReportedSchema(path=file.path, sha256=file.fixity.sha256, sha512=file.fixity.sha512)
            for file in package.files
            if file.path.startswith("schemas/") and file.path.endswith(".xsd")
        ),
        tools={"strongroom": program_version, **_tool_versions(_TOOLS)},
    )
    return report.model_dump_json(indent=2).encode() + b"\n"


def _tool_versions(names: Iterable[str]) -> dict[str, str]:
    """The versions of installed distributions, and of Python; what is not installed is left out."""
    versions = {"python": platform.python_version()}
    for name in names:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions


def _count(accepted: Accepted[Package], severity: Severity) -> int:
    return sum(one.severity is severity for one in accepted.findings)
