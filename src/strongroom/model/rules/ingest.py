"""Rules of the family `ingest`: what the door of an archive asks of a bag beside its being valid.

001 to 009 concern what was delivered, 010 the policy of the archive, 020 the scanner, 030 what the archive holds
already. A code is never given a second meaning.
"""

from strongroom.model.finding import Rule, Severity, rules_among

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

NOT_A_BAG = Rule(
    "INGEST-001",
    _ERROR,
    "A bare information package is no bag",
    "strongroom: what an archive takes in",
    "An archive takes in bags alone, since only a bag's manifests vouch for every file of it. An information package "
    "without bagit.txt may be valid by the rules of METS and is still not taken in.",
    "Make a bag of it, with the package below data/, and ingest that.",
)
CHANGED = Rule(
    "INGEST-002",
    _ERROR,
    "The bag changed while it was being received",
    "strongroom: what is kept is what was delivered",
    "Files were written, replaced or removed between the first look at the bag and the end of the copying, so the copy "
    "may be a mixture of two bags. Nothing of it was kept.",
    "Wait until the transfer is complete, then ingest the bag again; a .ready marker tells the archive when that is.",
)
ELSEWHERE = Rule(
    "INGEST-003",
    _ERROR,
    "fetch.txt says that files of the bag are elsewhere",
    "RFC 8493 section 2.2.3",
    "Nothing is ever fetched when a bag is taken in, and a bag that points elsewhere would send later readers there.",
    "Complete the bag, remove fetch.txt from it and make the tag manifests again.",
)
IRREGULAR = Rule(
    "INGEST-004",
    _ERROR,
    "What was delivered is a link or a special file",
    "strongroom: what an archive takes in",
    "A link in an incoming folder could make the archive read what its sender cannot; it was not followed. A pipe or a "
    "device is no bag at all.",
    "Deliver the folder of the bag itself, or the bag in one file.",
)
COPY_DIFFERS = Rule(
    "INGEST-005",
    _ERROR,
    "The copy is not what was verified",
    "strongroom: what is kept is what was verified",
    "The bag was accepted, but the archive's own copy of it, hashed again, has other bytes or other files.",
    "Verify the bag again where it lies; it was changed since, or a disk or memory fails.",
)

NAME_REFUSED = Rule(
    "INGEST-010",
    _ERROR,
    "A name that some system would confuse or refuse",
    "strongroom.toml [ingest] portable_names",
    "The bag is valid, but this archive takes in only names that every system can keep, so that any of them can "
    "restore the bag.",
    "Rename the file and make the manifests again, or set portable_names to warn.",
)
TOO_LARGE = Rule(
    "INGEST-011",
    _ERROR,
    "The bag is larger than this archive takes in",
    "strongroom.toml [ingest] max_bytes",
    "The limit keeps one bag from using up the disk of the archive. The bag was not judged further.",
    "Split the bag, or raise the limit.",
)

INFECTED = Rule(
    "INGEST-020",
    _ERROR,
    "The virus scanner says that the bag is infected",
    "strongroom.toml [ingest] scanner",
    "The scanner ended with status 1. The archive keeps nothing of the bag but the copy in quarantine.",
    "Look at what the scanner says; if it is wrong, exempt the signature in the scanner's own settings.",
)
SCAN_FAILED = Rule(
    "INGEST-021",
    _ERROR,
    "The virus scanner could not judge the bag",
    "strongroom.toml [ingest] scanner",
    "The scanner ended with a status that says neither clean nor infected, or took too long, though it judges an empty "
    "folder without fault. A bag that was not scanned is not taken in.",
    "Run the scanner by hand on the copy in quarantine; raise scanner_seconds if the bag is merely large.",
)

KNOWN = Rule(
    "INGEST-030",
    _INFO,
    "The bag is in the archive already",
    "strongroom: a bag is taken in once",
    "A bag with the same files and bytes was taken in before. The receipt is that of the first time, and nothing was "
    "added.",
    "Nothing need be done.",
)
OTHER_OBJECT = Rule(
    "INGEST-031",
    _ERROR,
    "The bag is in the archive as a version of another object",
    "strongroom: a bag is taken in once",
    "The same files and bytes belong to another object already, and a bag is never kept twice.",
    "Leave --object out to get its receipt, or name the object that it belongs to.",
)
WITHDRAWN = Rule(
    "INGEST-032",
    _ERROR,
    "The object was withdrawn from the archive",
    "strongroom: what is withdrawn does not come back by itself",
    "Two officers withdrew the object, and the archive takes in no further version of it.",
    "Ask the officers named in its tombstone; if the bag is to be kept all the same, give it an object of its own.",
)
LEFT_BEHIND = Rule(
    "INGEST-033",
    _WARNING,
    "The delivery changed after it was received",
    "strongroom: nothing is removed that was not received",
    "What the receipt speaks of is in the archive, but the incoming folder holds something else under the same name by "
    "now, so it was left there and will be looked at again.",
    "Nothing need be done if a new bag was delivered under the name of the old one.",
)
NOT_TOLD = Rule(
    "INGEST-034",
    _WARNING,
    "The command that is told of receipts failed",
    "strongroom.toml [ingest] on_receipt",
    "The bag is in the archive and its receipt is written; only the command that was to be told of it could not be "
    "started, took too long or ended with another status than 0.",
    "Correct the command, and run it by hand with the path of the receipt.",
)
CLOCK_BEHIND = Rule(
    "INGEST-035",
    _WARNING,
    "The clock of this machine stands before the last entry of the log",
    "strongroom: the order of the log is that of its entries",
    "The bag is in the archive and its receipt is written, but the moment on it is earlier than that of an entry in "
    "front of it. The log says so beside the entry; its order does not depend on clocks.",
    "Set the clock, and see to it that it is kept right (NTP); nothing else need be done.",
)

RULES: tuple[Rule, ...] = rules_among(globals())
