"""The vocabularies that the Library of Congress keeps for PREMIS: the address of each term we write."""

from collections.abc import Mapping
from typing import Final

_VOCABULARIES: Final = {
    "agentType": {"software": "sof", "organization": "org", "person": "per"},
    "eventType": {
        "capture": "cap",
        "message digest calculation": "mes",
        "metadata extraction": "mee",
        "validation": "val",
        "information package creation": "ipc",
    },
    "eventOutcome": {"success": "suc", "warning": "war", "fail": "fai"},
    "eventRelatedAgentRole": {"executing program": "exe", "implementer": "imp"},
    "eventRelatedObjectRole": {"source": "sou", "outcome": "out"},
    "relationshipType": {"structural": "str", "dependency": "dep"},
    "relationshipSubType": {"represents": "rep", "is included in": "isi", "requires": "req"},
    "rightsBasis": {"license": "lic", "other": "oth"},
}
_ADDRESSES: Final = {
    (vocabulary, term): {"valueURI": f"http://id.loc.gov/vocabulary/preservation/{vocabulary}/{code}"}
    for vocabulary, codes in _VOCABULARIES.items()
    for term, code in codes.items()
}


def address_of(vocabulary: str, term: str) -> Mapping[str, str]:
    """The attribute that gives a term its address; raises `KeyError` for a term that the vocabulary does not have.

    >>> address_of("eventOutcome", "fail")
    {'valueURI': 'http://id.loc.gov/vocabulary/preservation/eventOutcome/fai'}
    """
    return _ADDRESSES[vocabulary, term]
