"""Rules of the family `log`: what an archive's log of its own doings has to keep.

001 to 009 concern entries and the tree over them, 010 to 019 keys, 020 to 029 what is kept beside the log, 030 the
clock. A code is never given a second meaning.
"""

from strongroom.model.finding import Rule, Severity, rules_among

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_RESTORE = "Bring the folder log/ back from a replica or a backup, and find out who could write to it."

EDITED = Rule(
    "LOG-001",
    _ERROR,
    "Entries of the log were edited",
    "RFC 9162 section 2.1.1",
    "The entries in this file do not have the hash that the signed checkpoint stands on: at least one of them is not "
    "what was logged.",
    _RESTORE,
)
TRUNCATED = Rule(
    "LOG-002",
    _ERROR,
    "Entries of the log are missing",
    "RFC 9162 section 2.1.1",
    "The signed checkpoint counts entries that are not there any more.",
    _RESTORE,
)
REORDERED = Rule(
    "LOG-003",
    _ERROR,
    "Entries of the log stand in another order",
    "RFC 9162 section 2.1.1",
    "An entry says another index than that of its place. Order is what a log is for: what came first cannot be told "
    "from clocks.",
    _RESTORE,
)
BEGINNING = Rule(
    "LOG-004",
    _ERROR,
    "The log does not begin with its archive",
    "strongroom: how a log begins",
    "The first entry names the archive and its first key; this one names another archive or another key.",
    _RESTORE,
)
FORKED = Rule(
    "LOG-005",
    _ERROR,
    "The log was forked",
    "RFC 9162 section 2.1.4",
    "A checkpoint that was signed earlier, or elsewhere, says something else about entries that both count: somebody "
    "who held the key has rewritten what was logged.",
    "Keep both; docs/receipts.md says how to find out which of them depositors hold receipts of.",
)
ROLLED_BACK = Rule(
    "LOG-006",
    _ERROR,
    "The log was rolled back",
    "RFC 9162 section 2.1.4",
    "A checkpoint that was signed earlier counts more entries than the log has now.",
    "Bring the folder log/ back from the copy that has more, before anything else is logged.",
)
SUCCESSION = Rule(
    "LOG-010",
    _ERROR,
    "A key follows another without its signature",
    "strongroom: how a key follows another",
    "The entry about a new key is not signed by both keys, or does not follow from the key before it.",
    _RESTORE,
)
LOST_KEY = Rule(
    "LOG-011",
    _WARNING,
    "A key was replaced because it was lost",
    "strongroom: how a key follows another",
    "The key before it could not sign that this one follows, so that whoever trusted it has only the archive's word.",
    "Tell depositors the new key by another way than the archive itself, and that the old one counts no more.",
)
OFFICERS = Rule(
    "LOG-012",
    _ERROR,
    "A step of a withdrawal is not signed as it has to be",
    "strongroom: a withdrawal needs two persons",
    "Each step is signed by an officer whose key was registered then, a withdrawal by another one than its request.",
    "Find out who could write to the log and use its key; the object has to be looked after before it is purged.",
)
RECEIPT = Rule(
    "LOG-020",
    _ERROR,
    "A receipt is not of this log",
    "strongroom: what a receipt proves",
    "The receipt is damaged, or what it proves is not what stands in the log.",
    "If the log is right, remove the receipt; the next ingest of the same bag writes it again from the log.",
)
NO_RECEIPT = Rule(
    "LOG-021",
    _ERROR,
    "An ingest has no receipt",
    "strongroom: what is kept beside the log",
    "The ingest was logged, and nobody is taking it in or waits to go on with it, but its receipt is not there: it was "
    "removed or lost. That is damage as in the store, and an audit tells it as an error too (FIX-021), even though the "
    "receipt can be made again: whoever or whatever removed it may have removed more.",
    "`strongroom repair` brings it back from another copy, or makes it again from the log.",
)
TOMBSTONE = Rule(
    "LOG-022",
    _ERROR,
    "A withdrawn object has no tombstone",
    "strongroom: a withdrawal is never silent",
    "The log says that the object was withdrawn, but its tombstone is missing, damaged, or says something else, so "
    "that the object could be ingested again.",
    "Bring log/tombstones back from a replica or a backup.",
)
CLOCK = Rule(
    "LOG-030",
    _WARNING,
    "The clock was set back",
    "strongroom: the order of entries is that of their indexes",
    "The entry was logged at an earlier moment than the entry in front of it. Nothing is wrong with the log, whose "
    "order is by index, but one of the two moments is.",
    "Nothing needs to be done here; look after the time service of the machine.",
)

RULES = rules_among(globals())
