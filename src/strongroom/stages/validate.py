"""Validate: judge a composed package by everything that `verify` will ask of it, before it becomes a bag.

The documents that are judged are the files that will be packed. The WARC files were read when the package was composed
and are not read again here; what was found in them is judged with the rest.
"""

from dataclasses import replace

from strongroom.formats.package.check import check_information_package
from strongroom.model.finding import Accepted, Refused, judge
from strongroom.model.package import Package


def validate(package: Package) -> Accepted[Package] | Refused:
    """Return the package with its warnings, or all findings when one of them is an error.

    Raises:
        SchemaMissingError: a schema is absent or not the pinned one.
        StorageError: a file cannot be read.

    Places of findings are relative to the bag that the package will be.
    """
    fixities = {file.path: file.fixity for file in package.files}
    found = (*package.findings, *check_information_package(package.folder, fixities=fixities, warc_rows=None))
    prefix = f"data/{package.id}"
    return judge(
        package,
        [replace(one, where=prefix if one.where == "." else f"{prefix}/{one.where}") for one in found],
    )
