"""Territorial mandate (kewenangan): whether an agency may refer to one of another area directly.

Areas are codes of the gazetteer (`31.75.10`), of where services are published to be: of a secret
place the area of its cell, never more. An agency of the ministry's level has no area of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from referral.rules.routes import Prerequisite

REGENCY_LETTERS, PROVINCE_LETTERS = len("31.75"), len("31")

# Offices of a regency, city or province, which serve who lives or was found there (domain.md §1.1).
TERRITORIAL = frozenset({"UPTD", "DSOS", "HOT", "DISDUK", "DISDIK", "DISNAKER", "BLK", "KUA", "PA"})
# The social affairs' own line to the ministry: its centres take over what an office cannot keep.
SOCIAL_LINE = ("RPTC", "SNT-A", "SNT-W")


class Reach(StrEnum):
    """How an agency reaches another one."""

    DIRECT = "direct"
    BY_LETTER = "by letter"  # directly, with the case handed over in writing
    THROUGH = "through"  # not directly: through an agency of another level
    UNKNOWN = "unknown"  # nobody knows where one of them works


@dataclass(frozen=True, slots=True)
class Mandate:
    """What is said: how, through which types (any one of them), what is needed first, and why."""

    reach: Reach
    through: tuple[str, ...] = ()
    first: tuple[Prerequisite, ...] = ()
    source: str = ""

    @property
    def is_allowed(self) -> bool:
        """Whether nothing stands in the way of asking directly."""
        return self.reach is not Reach.THROUGH


DIRECT = Mandate(Reach.DIRECT)
# From the least that stands in the way to the most.
_ORDER = (Reach.DIRECT, Reach.UNKNOWN, Reach.BY_LETTER, Reach.THROUGH)


def mandate(
    from_type: str, to_type: str, from_areas: Collection[str], to_areas: Collection[str]
) -> Mandate:
    """Whether an agency of a type and its areas may refer to one of another type and its areas.

    Sources (domain.md):
    - §1.1 UPTD, §1.2 (Perpres 55/2024): a UPTD serves its own district or province; a case of
      another district of the province is handed over in writing (§1.7 `UPTD,UPTD`: *pelimpahan*).
    - §1.1 HOT: SAPA 129 is the final level for what goes beyond a province or the country; it
      passes to the province's UPTD (§1.7 `UPTD,SAPA` and `SAPA,UPTD`).
    - §1.1 SNT-W: a provincial home's case was taken over by the ministry's centre: what a social
      affairs office sends beyond its province goes along that line.
    - §1.1 POL, RPTC, LPSK, BP3MI, KBRI: one body for the whole country; no boundary.
    - §1.3 (Kepgub DKI 1564/2017) hospitals, and §1.1 NGO, DPO, OBH: by their own entry's areas,
      which find judges; no boundary of their mandate.
    """
    if from_type not in TERRITORIAL or to_type not in TERRITORIAL:
        return DIRECT
    if not from_areas or not to_areas:
        return Mandate(Reach.UNKNOWN)
    if _shared(from_areas, to_areas, REGENCY_LETTERS):
        return DIRECT
    if _shared(from_areas, to_areas, PROVINCE_LETTERS):
        return _within_province(from_type, to_type)
    if from_type == "DSOS":
        return Mandate(Reach.THROUGH, SOCIAL_LINE, source="domain.md §1.1 SNT-W")
    return Mandate(Reach.THROUGH, ("SAPA",), source="domain.md §1.1 HOT, §1.7")


def least(found: Collection[Mandate]) -> Mandate:
    """Of several agencies on whose behalf is asked the one with the least in its way; of none:
    directly.
    """
    return min(found, key=lambda one: _ORDER.index(one.reach), default=DIRECT)


def _within_province(from_type: str, to_type: str) -> Mandate:
    if from_type == to_type == "UPTD":
        letter = (Prerequisite.TRANSFER_LETTER,)
        return Mandate(Reach.BY_LETTER, first=letter, source="domain.md §1.7 UPTD,UPTD")
    return DIRECT


def _shared(some: Collection[str], others: Collection[str], letters: int) -> bool:
    """Whether both work in one area of that level. Who works for a whole one has a short code."""
    return any(
        one[:letters].startswith(other[:letters]) or other[:letters].startswith(one[:letters])
        for one in some
        for other in others
    )
