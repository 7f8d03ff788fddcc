"""What is asked of the network map: nothing of a person, so it may stand in an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import Urgency, all_needs

_PERIOD = re.compile(r"\d{4}(-Q[1-4])?")
_AREA = re.compile(r"\d{2}(\.\d{2}){0,2}(\.\d{4})?")


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom and what to show; empty is everything, and of periods the newest."""

    need: str = ""
    urgency: str = ""
    period: str = ""
    type: str = ""
    area: str = ""  # a gazetteer code

    @property
    def values(self) -> dict[str, str]:
        """What stands in the address."""
        named = {
            "need": self.need,
            "urgency": self.urgency,
            "period": self.period,
            "type": self.type,
            "area": self.area,
        }
        return {name: value for name, value in named.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether agencies are left out."""
        return bool(self.need or self.type or self.area)


def read_wish(given: Mapping[str, str], periods: tuple[str, ...]) -> Wish:
    """What was asked; an unknown word is as if not asked, a period without data is kept.

    By need and urgency at once nothing is published: the need counts.
    """
    period, need = given.get("period", ""), _known(given.get("need", ""), all_needs())
    urgency = "" if need else _known(given.get("urgency", ""), tuple(Urgency))
    return Wish(
        need=need,
        urgency=urgency,
        period=period if _PERIOD.fullmatch(period) else (periods[0] if periods else ""),
        type=_known(given.get("type", ""), AGENCY_TYPES),
        area=area if _AREA.fullmatch(area := given.get("area", "")) else "",
    )


def _known(word: str, words: Mapping[str, object] | tuple[str, ...]) -> str:
    return word if word in words else ""
