"""The 48 needs (domain.md §5): what a person may need, in five groups.

The list is `agencies/data/needs.csv`; its labels are in both languages there.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data" / "needs.csv"


class Urgency(StrEnum):
    """How urgent (domain.md §2.5): darurat, mendesak, biasa."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    ROUTINE = "routine"


_URGENCY_OF = {"D": Urgency.EMERGENCY, "M": Urgency.URGENT, "B": Urgency.ROUTINE}
_MOST_URGENT_FIRST = (Urgency.EMERGENCY, Urgency.URGENT, Urgency.ROUTINE)


@dataclass(frozen=True, slots=True)
class Need:
    """One leaf of the taxonomy."""

    code: str
    label_id: str
    label_en: str
    group: str
    urgency: Urgency
    agency_types: tuple[str, ...]

    def label(self, language: str) -> str:
        """Its name in `id` or `en`."""
        return self.label_en if language == "en" else self.label_id


@lru_cache(maxsize=1)
def all_needs() -> dict[str, Need]:
    """Every need by its code, in the order of the list."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {row["code"]: _need(row) for row in csv.DictReader(file)}


def _need(row: dict[str, str]) -> Need:
    return Need(
        code=row["code"],
        label_id=row["id_label"],
        label_en=row["en_label"],
        group=row["group"],
        urgency=_URGENCY_OF[row["urg"]],
        agency_types=tuple(row["agencies"].split()),
    )


# A roof over one's head: five leaves, but one question answered by facts (design.md §5).
TONIGHT, RESIDENTIAL, MEN, MOTHER_AND_CHILD, ACCESSIBLE = "S1", "S2", "S3", "S4", "S5"
ROOF = frozenset({TONIGHT, RESIDENTIAL, MEN, MOTHER_AND_CHILD, ACCESSIBLE})
ROOF_AT_ONCE = ROOF - {RESIDENTIAL}


def default_urgency(codes: tuple[str, ...]) -> Urgency:
    """The most urgent default among some needs; routine for none. `KeyError`: unknown code."""
    found = {all_needs()[code].urgency for code in codes}
    return next((u for u in _MOST_URGENT_FIRST if u in found), Urgency.ROUTINE)


def matching_codes(code: str) -> frozenset[str]:
    """The codes of services that may meet a need: any roof for a roof, else the leaf itself."""
    return ROOF if code in ROOF else frozenset({code})


def siblings(code: str) -> tuple[str, ...]:
    """The other needs of the same group: the next wider step when nobody meets this one."""
    group = all_needs()[code].group
    return tuple(n.code for n in all_needs().values() if n.group == group and n.code != code)
