"""Run `strongroom preserve` as a person would, as a process, and look at what it left."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from judges.verdicts import run
from servers.processes import python

# Of a capture on loopback: nobody is spared by waiting, and what is lost is lost quickly.
_SETTINGS = """
[capture]
allow_private = true
delay_seconds = 0.0
backoff_seconds = 0.05
user_agent = "https://strongroom.example/tests"
{authorities}
[plan]
exclude = [{exclude}]
"""


@dataclass(frozen=True)
class Preserved:
    """What the command said and left: its JSON, its exit status, and the bag."""

    exit: int
    document: Mapping[str, Any]

    @property
    def bag(self) -> Path:
        """The bag's folder."""
        return Path(self.document["package"])

    @property
    def package(self) -> Path:
        """The information package in the bag."""
        return self.bag / "data" / self.bag.name

    @property
    def representation(self) -> Path:
        """The data folder of its representation, laid out as a WACZ."""
        return self.package / "representations" / "rep1" / "data"

    @property
    def warcs(self) -> list[Path]:
        """Its WARC files, in order."""
        return sorted((self.representation / "archive").glob("*.warc.gz"))

    @cached_property
    def rows(self) -> dict[str, dict[str, str]]:
        """The rows of links.csv by URL."""
        text = (self.package / "metadata" / "other" / "links.csv").read_text("utf-8")
        rows = list(csv.DictReader(io.StringIO(text)))
        urls = Counter(row["url"] for row in rows)
        assert max(urls.values()) == 1, [url for url, count in urls.items() if count > 1]
        return {row["url"]: row for row in rows}

    def outcomes(self) -> Counter[str]:
        """How many rows of links.csv have each outcome."""
        return Counter(row["outcome"] for row in self.rows.values())


def preserve(
    seeds: Sequence[str],
    folder: Path,
    *,
    authority: Path | None = None,
    exclude: Iterable[str] = (),
    options: Sequence[str] = (),
) -> Preserved:
    """Preserve `seeds` into `folder`/bags; URLs that match a pattern of `exclude` are not asked for."""
    settings = folder / "strongroom.toml"
    authorities = f"certificate_authorities = {json.dumps(str(authority))}" if authority else ""
    patterns = ", ".join(json.dumps(pattern) for pattern in exclude)
    settings.write_text(_SETTINGS.format(authorities=authorities, exclude=patterns))
    command = python("strongroom", "preserve", *seeds, "--output", folder / "bags", "--config", settings, "--json")
    done = run(*command, *options, PYTHONPATH=str(Path(__file__).parents[1] / "src"))
    assert done.stdout.count("\n") >= 1, done.stderr
    return Preserved(done.returncode, json.loads(done.stdout))
