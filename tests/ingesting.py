"""Bags for archives, the command that takes them in as its users run it, and what is in an archive afterwards."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from findings import tiny_bag
from strongroom.repository.archive import Archive
from strongroom.repository.log import Log
from strongroom.repository.stored import objects, versions

SETTINGS = "[ingest]\nfree_bytes = 0\nsettle_seconds = 0\n"


def bag(folder: Path, content: str = "first\n", *, identifier: str = "") -> Path:
    """A tiny bag; with an identifier it is one of a named object."""
    tiny_bag.make(folder)
    tiny_bag.put(folder, "data/a.txt", content)
    tiny_bag.list_payload(folder)
    if identifier:
        tiny_bag.append(folder, "bag-info.txt", f"External-Identifier: {identifier}")
    return folder


def as_tar(folder: Path, target: Path) -> Path:
    """A bag in one file."""
    with tarfile.open(target, "w") as file:
        file.add(folder, folder.name)
    return target


def as_zip(folder: Path, target: Path) -> Path:
    """A bag in one file."""
    made = shutil.make_archive(str(target.with_suffix("")), "zip", folder.parent, folder.name)
    return Path(made)


@dataclass
class Shop:
    """Where the command is run: an archive and its settings.

    Attributes:
        folder: the working directory.
        options: given to every run.
        settings: the text of the settings file.
    """

    folder: Path
    options: tuple[str, ...] = ()
    settings: str = SETTINGS

    @property
    def root(self) -> Path:
        return self.folder / "archive"

    @property
    def incoming(self) -> Path:
        return self.root / "incoming"

    def archive(self) -> Archive:
        return Archive.open(self.root)

    def start(self, *arguments: object, json: bool = True) -> "subprocess.Popen[str]":
        """Begin a run."""
        config = self.folder / "strongroom.toml"
        if not config.exists() or config.read_text() != self.settings:
            config.write_text(self.settings)
        words = ["ingest", *map(str, arguments), "--root", str(self.root), "--config", str(config), *self.options]
        return subprocess.Popen(
            [sys.executable, "-m", "strongroom", *words, *(["--json"] if json else [])],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={**os.environ, "PYTHONWARNINGS": "error"},
        )

    def run(self, *arguments: object) -> dict[str, Any]:
        """Run it, and return what it says."""
        return said(self.start(*arguments))

    def held(self) -> "Held":
        """What the archive holds."""
        archive = self.archive()
        every = [version for object_id, _ in objects(archive) for version in versions(archive, object_id)]
        entries = Counter(
            str(entry.facts["ingest"]) for _, entry in Log.open(archive).entries() if entry.kind == "ingest"
        )
        receipts = sorted(path.stem for path in (archive.log / "receipts").rglob("*.json"))
        return Held(
            {f"{one.object_id} {one.number}": one.ingest_id for one in every},
            dict(entries),
            receipts,
            sorted(path.name for path in archive.staging.iterdir()),
        )


@dataclass
class Held:
    """Versions by object and number, log entries by ingest, receipts, and what is left in staging."""

    versions: dict[str, str]
    entries: dict[str, int]
    receipts: list[str]
    staging: list[str]

    def assert_once(self, number: int) -> None:
        """So many bags are in the archive, each as one version, with one entry and one receipt, and nothing else is."""
        ingests = sorted(self.versions.values())
        assert len(ingests) == number, self
        assert len(set(ingests)) == number, self
        assert self.entries == dict.fromkeys(ingests, 1)
        assert self.receipts == ingests
        assert self.staging == []


def said(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """What a run says, once it has ended."""
    out, err = process.communicate(timeout=300)
    assert "Traceback" not in err, err
    document = json.loads(out)
    assert document["exit"] == process.returncode
    return dict(document)
