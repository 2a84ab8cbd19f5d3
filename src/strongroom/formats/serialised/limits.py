"""How much a serialised bag may ask of a machine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SerialisedLimits:
    """What a serialised bag may not exceed; reaching a limit is a finding.

    Attributes:
        entries: files and folders, and headers that speak of others.
        total_bytes: of all files, unpacked.
        ratio: the length unpacked, in lengths of the file itself.
        ratio_allowance_bytes: so much may be unpacked whatever the ratio: a small file may be long zeros.
        depth: folders below folders, below the bag's own.
        name_bytes: of the path of one entry, in UTF-8.
        header_bytes: of one header that stands before an entry or behind all of them.
        findings: so many are told before the file is put aside.
    """

    entries: int = 5_000_000
    total_bytes: int = 10 * 2**40
    ratio: int = 1000
    ratio_allowance_bytes: int = 64 * 2**20
    depth: int = 100
    name_bytes: int = 4096
    header_bytes: int = 2**20
    findings: int = 10_000
