"""What coordinators monitor: the 37 indicators of domain.md §4.2, each with its definition.

Some numbers are several figures: 13 is three (two agencies asked, three, three refusals), 25 is two
(how full it is now, and on how many nights it was too full).

Labels and definitions are message ids of the catalogues.
"""

from __future__ import annotations

from maps.rules.indicators.answering import ANSWERING
from maps.rules.indicators.kinds import GROUP_WORDS, Group, Indicator, Sense, Source
from maps.rules.indicators.standing import STANDING

__all__ = [
    "BY_CODE",
    "GROUP_WORDS",
    "INDICATORS",
    "Group",
    "Indicator",
    "Sense",
    "Source",
    "of_group",
]

INDICATORS: tuple[Indicator, ...] = (*ANSWERING, *STANDING)
BY_CODE: dict[str, Indicator] = {one.code: one for one in INDICATORS}


def of_group(group: Group) -> tuple[Indicator, ...]:
    """The indicators of a group, in the order of domain.md."""
    return tuple(one for one in INDICATORS if one.group is group)
