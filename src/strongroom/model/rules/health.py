"""Rules of the family `health`: what somebody who looks after an archive should know of.

001 to 009 concern the archive and its copies, 010 to 019 work that waits for a person. A code is never given a second
meaning: 008 was of a replica that nobody named any more, and an archive uses those now without being told.
"""

from strongroom.model.finding import Rule, Severity, rules_among

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_CLAUSE = "strongroom: docs/operations.md, Is it well?"

UNREADABLE = Rule(
    "HEALTH-001",
    _ERROR,
    "The archive or its log cannot be used",
    _CLAUSE,
    "The storage root, the log or the identity of the archive is not there, or is not what was signed. Nothing can be "
    "taken in until it is brought back.",
    "Mount the disk, or bring the part back from a replica as docs/operations.md says under disaster recovery.",
)
REPLICA_AWAY = Rule(
    "HEALTH-002",
    _ERROR,
    "A replica cannot be used",
    _CLAUSE,
    "Bags are committed to the archive but get no receipt until every replica holds them.",
    "Mount its disk or make it writable; then run `strongroom repair`. If it is gone for good, give it up with "
    "`strongroom repair --forget-replica`.",
)
REPLICA_BEHIND = Rule(
    "HEALTH-003",
    _WARNING,
    "The log of a replica is shorter than the archive's",
    _CLAUSE,
    "Something was logged that this replica has not got yet: it was away, or a run was interrupted.",
    "Run `strongroom repair`; it copies what is missing.",
)
LITTLE_ROOM = Rule(
    "HEALTH-004",
    _WARNING,
    "Little room is left on a disk",
    _CLAUSE,
    "Bags are refused a place when less than [ingest] free_bytes would be left beside them.",
    "Make room, or move the copy to a larger disk.",
)
KEYS_OPEN = Rule(
    "HEALTH-005",
    _ERROR,
    "Others can read the signing keys",
    _CLAUSE,
    "Who has a signing key can write a log that looks like the archive's own.",
    "Take the permissions away (chmod -R go= keys), find out who had access, and run `strongroom key rotate`.",
)
OVERDUE = Rule(
    "HEALTH-006",
    _WARNING,
    "Files were not read again for longer than [archive] audit_days",
    _CLAUSE,
    "Damage that nobody has looked for cannot be repaired in time.",
    "Run `strongroom audit --due` more often or with a larger budget.",
)
NO_REPLICA = Rule(
    "HEALTH-007",
    _WARNING,
    "The archive has no replica",
    _CLAUSE,
    "What is damaged in the only copy cannot be repaired.",
    "Name a folder on another disk in [archive] replicas, then run `strongroom repair` to fill it.",
)
KEY_AWAY = Rule(
    "HEALTH-009",
    _ERROR,
    "The key that signs the log is not there",
    _CLAUSE,
    "Nothing can be logged without it, so no bag gets a receipt. What was logged before stays provable.",
    "Bring keys/ back from its backup; when it is lost for good, run `strongroom key rotate --lost`.",
)
PARKED = Rule(
    "HEALTH-010",
    _WARNING,
    "Jobs wait for a person",
    _CLAUSE,
    "They were tried three times, or cannot be done as things are.",
    "See `strongroom status` for the reasons, mend them, and run `strongroom retry`.",
)
JOBS_AWAY = Rule(
    "HEALTH-012",
    _ERROR,
    "The database of the jobs cannot be reached",
    _CLAUSE,
    "No worker can take or finish a job. Nothing is lost: what lies in the incoming folder is found again.",
    "Start the database, or correct its address in [archive] jobs or --jobs.",
)
QUARANTINED = Rule(
    "HEALTH-011",
    _WARNING,
    "Refused bags lie in quarantine",
    _CLAUSE,
    "Somebody delivered what could not be taken in, and may not know it.",
    "Read the report beside each, tell the sender, and remove bag and reports.",
)

RULES: tuple[Rule, ...] = rules_among(globals())
