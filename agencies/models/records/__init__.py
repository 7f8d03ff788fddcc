"""What a file says of the registry, as plain values: between the readers and the tables.

A record is complete. `said` names the fields that the source spoke of: saving leaves the others
as they are known. None means that it spoke of all. `id` is kept only for a record that is new.
"""

from agencies.models.records.merging import is_older, merged
from agencies.models.records.parts import (
    PARTS,
    AccessibilityRecord,
    AreaRecord,
    ContactRecord,
    CostRecord,
    DocumentRecord,
    Extra,
    LanguageRecord,
    PhoneRecord,
    PoolRecord,
    ScheduleRecord,
)
from agencies.models.records.plain import from_plain, plain_values, to_plain
from agencies.models.records.whole import (
    ABOUT,
    AgencyRecord,
    AnyRecord,
    Entry,
    LocationRecord,
    OfferRecord,
    R,
    ServiceRecord,
)

__all__ = [
    "ABOUT",
    "PARTS",
    "AccessibilityRecord",
    "AgencyRecord",
    "AnyRecord",
    "AreaRecord",
    "ContactRecord",
    "CostRecord",
    "DocumentRecord",
    "Entry",
    "Extra",
    "LanguageRecord",
    "LocationRecord",
    "OfferRecord",
    "PhoneRecord",
    "PoolRecord",
    "R",
    "ScheduleRecord",
    "ServiceRecord",
    "from_plain",
    "is_older",
    "merged",
    "plain_values",
    "to_plain",
]
