"""How strong a district's way to a need is: how many agencies may stop before it breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select

from agencies.models import Place
from agencies.rules.place_codes import line_of
from core.db import db
from referral.graph import Network
from referral.graph.measures.flowing import Cut, least_cut

MOST_CHOICES = 200  # of districts; with more of them regencies are offered
BATCH = 500
REGENCY_PARTS = 2  # "31.75" of "31.75.10"


class Ways(StrEnum):
    """Which ways are counted."""

    PRACTISED = "practised"  # observed and published, or agreed between two agencies
    KNOWN = "known"  # declared routes between types of agency too


class Strength(NamedTuple):
    """The answer. `asking` and `meeting`: how many agencies of the district ask, how many anywhere
    meet the need; `here`: how many of these are in the district.
    """

    asking: int
    meeting: int
    here: int
    cut: Cut


def how_strong(network: Network, area: str, need: str, ways: Ways) -> Strength:
    """From an area (a gazetteer code of any level) to a need, for anybody.

    An empty cut with `asking` and `meeting` above 0: there is no way at all.
    """
    asking = [
        number
        for number, node in enumerate(network.nodes)
        if node.district and area in line_of(node.district)
    ]
    meeting = network.meeting(need).tolist()
    known = ways is Ways.KNOWN
    ties = network.known if known else network.practised
    cut = least_cut(ties, asking, meeting, network.knots if known else ())
    return Strength(len(asking), len(meeting), len(set(asking) & set(meeting)), cut)


def areas_to_choose(network: Network) -> tuple[tuple[str, str], ...]:
    """Codes and names of the districts with agencies, by name; of regencies when too many."""
    codes: set[str] = set(network.districts)
    if len(codes) > MOST_CHOICES:
        codes = {".".join(code.split(".")[:REGENCY_PARTS]) for code in codes}
    names = named_areas(codes)
    return tuple(sorted(((c, names.get(c, c)) for c in codes), key=lambda it: (it[1], it[0])))


def named_areas(codes: Iterable[str]) -> Mapping[str, str]:
    """The gazetteer's names of some codes; districts with their regency."""
    wanted = sorted(set(codes))
    both = sorted({*wanted, *(code.rpartition(".")[0] for code in wanted)})
    names: dict[str, str] = {}
    for at in range(0, len(both), BATCH):
        rows = select(Place.code, Place.name).where(Place.code.in_(both[at : at + BATCH]))
        names.update((code, name) for code, name in db.session.execute(rows))
    return {code: _full(code, names) for code in wanted if code in names}


def _full(code: str, names: Mapping[str, str]) -> str:
    above = code.rpartition(".")[0]
    is_district = code.count(".") >= REGENCY_PARTS
    return f"{names[code]}, {names[above]}" if is_district and above in names else names[code]
