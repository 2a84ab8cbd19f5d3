"""The objects of the standard body's fixtures, and where we read the standard otherwise than their names do."""

import csv
from pathlib import Path
from typing import NamedTuple


class Fixture(NamedTuple):
    """An object of the fixtures, with the verdict and the codes that its name says."""

    path: str
    verdict: str
    codes: frozenset[str]


def fixtures(corpora: Path) -> list[Fixture]:
    with (corpora / "ocfl-fixtures" / "expected.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [Fixture(row["path"], row["verdict"], frozenset(row["codes_in_name"].split())) for row in rows]


NAMED_OTHERWISE = {
    "1.0/bad-objects/E019_inconsistent_content_dir": (
        "E019",
        (
            "contentDirectory is set in the first version and has another value in the second: section 3.3.1 says of the "
            "first that it must be set (E019) and of the second that it must not change (E020)"
        ),
    ),
    "1.0/bad-objects/E092_E093_content_path_does_not_exist": (
        "E093",
        (
            "a file that is not there is one fault of one path: it is E092 of section 3.5.2, and the finding names the "
            "fixity block as one of the ledgers that list the file; E093 of section 3.5.4 is for digests that differ"
        ),
    ),
}
"""The code in the name that is not found, and why."""
