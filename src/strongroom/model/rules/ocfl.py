"""Requirements of OCFL 1.0 and 1.1 that are checked here; a finding's code is the standard's own.

E is a MUST of the standard, W a SHOULD. Where a requirement has codes for the sake of its wording only, one of them
stands here: E002 (E003 to E007 say it), E021 and E022 (E015, E042, W002), E026 (E056), E044 (E043), E055 (E102),
E075 (E076 to E080), E085 and E088 (E072, E073). What no reader of the files can see has no rule: E027 and E028 ask
something of programs, E062 of an order of writing, E068, E074, E087, E091 and W012 of people; whether a storage root
follows one pattern (W014) cannot be told from paths when no layout is declared, and is E083 when one is.
"""

from collections.abc import Mapping
from types import MappingProxyType

from strongroom.model.finding import Rule
from strongroom.model.rules import ocfl_inventory, ocfl_object, ocfl_root, ocfl_versions

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (*ocfl_object.RULES, *ocfl_inventory.RULES, *ocfl_versions.RULES, *ocfl_root.RULES), key=lambda rule: rule.code
    )
)
BY_CODE: Mapping[str, Rule] = MappingProxyType({rule.code: rule for rule in RULES})
