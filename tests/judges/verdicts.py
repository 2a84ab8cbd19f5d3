"""Ask the judges: each function runs one independent reader and returns everything it complains of."""

import json
import os
import re
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from judges.environments import is_made, make, tool
from servers.processes import REPOSITORY

_SECONDS = 300


def ensure(judge: str) -> str:
    """Make sure of a judge: in CI it is made when it is absent, elsewhere the answer says how to make it."""
    if is_made(judge):
        return ""
    if os.environ.get("CI") == "true":
        make(judge)
        return ""
    return f"the judge {judge} is not installed: make judges"


def run(*command: str | Path, folder: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a judge, bounded in time, with what it says as text."""
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_SECONDS,
        check=False,
    )


def _complaints(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What was said by a judge that failed; nothing when it passed."""
    if done.returncode == 0:
        return []
    return [line for line in (done.stdout + done.stderr).splitlines() if line.strip()] or [f"exit {done.returncode}"]


def bagit_python(bag: Path) -> list[str]:
    """bagit-python re-reads every file of a bag."""
    return _complaints(run(tool("bagit", "bagit.py"), "--validate", "--quiet", bag))


def checksums(bag: Path, algorithm: str) -> list[str]:
    """``sha256sum --check`` or ``sha512sum --check`` over the manifest and the tag manifest, as README.html tells people."""
    found = []
    for name in (f"manifest-{algorithm}.txt", f"tagmanifest-{algorithm}.txt"):
        found += _complaints(run(f"{algorithm}sum", "--check", "--strict", "--quiet", name, folder=bag))
    return found


def gzip_test(file: Path) -> list[str]:
    """``gzip --test``."""
    return _complaints(run("gzip", "--test", file))


def warcio_check(warc: Path) -> set[tuple[str, str]]:
    """``warcio check --verbose``: (record id, complaint). It hashes chunked payloads as they stand (warcio#74)."""
    done = run(tool("warcio", "warcio"), "check", "--verbose", warc)
    found = set()
    record = ""
    for line in done.stdout.splitlines() + done.stderr.splitlines():
        if match := re.search(r"WARC-Record-ID <?(urn:uuid:[0-9a-f-]+)", line):
            record = match[1]
        elif match := re.search(r"(?:block|payload) digest failed", line):
            found.add((record, match[0]))
        elif "missing" in line or "rror" in line:
            found.add((record, line.strip()))
    if done.returncode and not found:
        found.add(("", done.stdout + done.stderr))
    return found


def fastwarc_check(warc: Path) -> list[str]:
    """``fastwarc check`` of the block digests; its payload digests are left out as ruling 1 of the design says."""
    return _complaints(run(tool("fastwarc", "fastwarc"), "check", "--quiet", warc))


def wacz_validate(representation: Path, scratch: Path) -> list[str]:
    """Zip a representation's data folder as it lies, and let py-wacz validate the result."""
    target = scratch / f"{representation.parent.name}.wacz"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(representation.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(representation).as_posix())
    return _complaints(run(tool("wacz", "wacz"), "validate", "-f", target))


def eark_validator(package: Path) -> dict[str, list[str]]:
    """eark-validator's complaints about an information package, by severity; `Information` is left out."""
    done = run(tool("eark", "python"), Path(__file__).with_name("eark_offline.py"), package)
    report = next((line for line in done.stdout.splitlines() if line.startswith("{")), None)
    if report is None:
        return {"Crash": [done.stdout + done.stderr]}
    facts = json.loads(report)
    metadata = facts["metadata"] or {"schema_results": {"messages": []}, "schematron_results": {"messages": []}}
    parts = (facts["structure"], metadata["schema_results"], metadata["schematron_results"])
    found: dict[str, list[str]] = {"Error": [], "Warning": []}
    if facts["structure"]["status"] != "WellFormed":
        found["Error"].append(f"structure: {facts['structure']['status']}")
    for message in (message for part in parts for message in part["messages"]):
        if message["severity"] in {"Error", "Warning"}:
            found[message["severity"]].append(f"{message['rule_id']} {message['location']}: {message['message']}")
    return found


def xmllint(document: Path, schemas: Sequence[Path], imports: Mapping[str, Path], scratch: Path) -> list[str]:
    """Validate with xmllint, no network allowed, by a driver that imports all `schemas`.

    Args:
        document: what is judged.
        schemas: XSD files, each with a target namespace of its own.
        imports: remote addresses that the schemas name, and the file that stands for each.
        scratch: where driver and catalogue are written.
    """
    driver, catalogue = scratch / "driver.xsd", scratch / "catalogue.xml"
    names = {path: re.search(r'targetNamespace\s*=\s*["\']([^"\']+)', path.read_text("utf-8")) for path in schemas}
    lines = [
        f'<xs:import namespace="{name[1]}" schemaLocation="{path.as_uri()}"/>' for path, name in names.items() if name
    ]
    driver.write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{"".join(lines)}</xs:schema>')
    entries = "".join(f'<system systemId="{url}" uri="{path.as_uri()}"/>' for url, path in imports.items())
    catalogue.write_text(f'<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">{entries}</catalog>')
    command = ("xmllint", "--nonet", "--noout", "--schema", driver, document)
    return _complaints(run(*command, XML_CATALOG_FILES=str(catalogue)))


def without_network(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a network namespace that has no interface up, not even loopback."""
    return run("unshare", "--map-root-user", "--net", *command, PYTHONPATH=str(REPOSITORY / "src"))
