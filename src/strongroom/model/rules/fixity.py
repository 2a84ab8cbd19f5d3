"""Rules of the family `fixity`: what an audit finds in a copy of an archive, and what a repair cannot mend.

001 to 009 concern single files, 010 to 019 objects and their inventories, 020 to 029 the log and what stands beside it,
030 readings, 040 repairs. A code is never given a second meaning.
"""

from strongroom.model.finding import Rule, Severity, rules_among

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

_STORE = "OCFL 1.1 section 3.4"
_LOGGED = "strongroom: what was taken in is what the log says"
_REPAIR = "`strongroom repair` brings it back from a copy that is as the log says; check the disk before anything else."

CHANGED = Rule(
    "FIX-001",
    _ERROR,
    "The bytes of a file changed",
    _STORE,
    "The file is as long as it was, but its digest, read twice with the cache dropped in between, is another one.",
    _REPAIR,
)
CUT = Rule(
    "FIX-002",
    _ERROR,
    "A file is shorter than it was",
    _STORE,
    "Its end is lost, as after a full disk, a broken copy or a repair of the file system.",
    _REPAIR,
)
LONGER = Rule(
    "FIX-003",
    _ERROR,
    "A file is longer than it was",
    _STORE,
    "Something was written behind its end, or over it.",
    _REPAIR,
)
MISSING = Rule(
    "FIX-004",
    _ERROR,
    "A file is missing",
    _STORE,
    "The folder can be read and the file is not in it. What lies on a disk that cannot be read is not called missing.",
    _REPAIR,
)
SWAPPED = Rule(
    "FIX-005",
    _ERROR,
    "Two files have each other's content",
    _STORE,
    "Both contents are whole, but under each other's name.",
    "`strongroom repair` puts each where it belongs, from a copy that is as the log says.",
)
UNEXPECTED = Rule(
    "FIX-006",
    _ERROR,
    "There is something that nothing lists",
    "OCFL 1.1 section 3.1",
    "Neither the inventory nor the log knows of it. It may have been put there by mistake, or to be found later.",
    "`strongroom repair` moves it to quarantine/damaged, where a person can look at it.",
)
IRREGULAR = Rule(
    "FIX-007",
    _ERROR,
    "A link or something else stands in the place of a file",
    "OCFL 1.1 section 3.1",
    "A link could lead to content that nobody looks after; it was not followed.",
    _REPAIR,
)

OBJECT_MISSING = Rule(
    "FIX-010",
    _ERROR,
    "A whole object is missing",
    _LOGGED,
    "The log says that the object was taken in, and never that it was purged.",
    _REPAIR,
)
VERSION_MISSING = Rule(
    "FIX-011",
    _ERROR,
    "A version of an object is missing",
    _LOGGED,
    "The object was set back to an earlier state. By itself that state may be without fault; only the log tells.",
    _REPAIR,
)
INVENTORY = Rule(
    "FIX-012",
    _ERROR,
    "An inventory is not the one that was logged",
    _LOGGED,
    "The inventory lists the digest of every file, so whoever changes it can change all else consistently. Its own "
    "digest stands in the signed log.",
    _REPAIR,
)
SIDECAR = Rule(
    "FIX-013",
    _ERROR,
    "The file beside an inventory does not hold the digest that was logged",
    "OCFL 1.1 section 3.7",
    "Other programs compare the inventory with this file.",
    _REPAIR,
)
UNLOGGED = Rule(
    "FIX-014",
    _ERROR,
    "The store holds an object or a version that was never taken in",
    _LOGGED,
    "The log does not know of it, and no work is under way that would explain it.",
    "`strongroom repair` moves it to quarantine/damaged; if it is a bag that is wanted, ingest it.",
)
PURGED = Rule(
    "FIX-015",
    _ERROR,
    "An object that was purged is still there",
    _LOGGED,
    "Two officers withdrew it and its purge was logged, but this copy still holds it, perhaps because it was out of "
    "reach then.",
    "Run `strongroom withdraw ID --purge` again with this copy in reach.",
)
LACKING = Rule(
    "FIX-016",
    _ERROR,
    "A replica does not hold an object",
    _LOGGED,
    "The object was taken in before the replica was there or while it was out of reach, or the replica lost it.",
    "`strongroom repair` copies it there.",
)

LOG_DAMAGED = Rule(
    "FIX-020",
    _ERROR,
    "The log of the archive is damaged",
    "RFC 9162 section 2.1",
    "What the log says can no longer be proved. Receipts given out before stay valid.",
    "Bring the log back from a replica, as docs/operations.md says; `strongroom log verify` tells what is wrong.",
)
RECEIPT_DAMAGED = Rule(
    "FIX-021",
    _ERROR,
    "A receipt is missing or damaged",
    "strongroom: receipts are kept like the store",
    "It is the archive's own copy of an ingest's receipt, or the dated receipt of an audit.",
    "`strongroom repair` brings it back from another copy, or makes it again from the log.",
)
REPLICA_LOG = Rule(
    "FIX-022",
    _ERROR,
    "The log of a replica is not a copy of the archive's",
    "RFC 9162 section 2.1",
    "It is damaged, forked or behind, so the replica could not take the archive's place.",
    "`strongroom repair` brings one that is behind or damaged up to date; of a fork a person decides which is true.",
)

UNSTEADY = Rule(
    "FIX-030",
    _WARNING,
    "A file read wrong once and right the second time",
    _STORE,
    "Nothing is damaged on the disk, but a disk, cable, controller or memory does not always give what it holds.",
    "Look at the machine's own logs (SMART, ECC, network) before it becomes damage.",
)

NO_GOOD_COPY = Rule(
    "FIX-040",
    _ERROR,
    "There is no good copy to repair from",
    "DESIGN ruling 35",
    "No copy in reach has an inventory that was logged and, by it, this file unharmed. What several damaged copies "
    "have in common is no proof, so nothing was guessed and nothing was touched.",
    "Bring a further copy in reach with --replica, or restore the file from a backup and run the repair again.",
)
FORKED = Rule(
    "FIX-041",
    _ERROR,
    "The log of a replica cannot be brought up to date",
    "RFC 9162 section 2.1.4",
    "It is signed and says something else than the archive's, so one of them is not true. No program can tell which.",
    "Compare both with receipts that depositors hold (docs/receipts.md), and set the false one aside.",
)

RULES: tuple[Rule, ...] = rules_among(globals())
