"""The values of measures as the pages show them: names, addresses, rounded figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import format_decimal, format_percent

from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.kinds import ANYONE
from agencies.rules.needs import all_needs
from core.i18n import language, say
from maps.queries.holding import Holding, Lost, Stopped, Strength, named_areas
from maps.wording.kinds import IN_A_SENTENCE
from referral.graph import Network
from referral.graph.long_work import Progress
from referral.graph.measures.cliques import Clique

LISTED = 10  # rows of a table on a page that is read in a minute
LISTED_LONG = 12
DISTRICTS_NAMED = 5
AGENCIES_LISTED = 40
HOUR = 60


class Names:
    """What agencies, needs and kinds of person are called in the reader's language."""

    def __init__(self, network: Network) -> None:
        """Of one version of the network."""
        self._network = network
        self._tell = say(language())

    def agency(self, number: int) -> dict[str, Any]:
        """An agency with its own page, and the page that asks what if it stopped."""
        node = self._network.nodes[number]
        return {
            "name": node.name,
            "type": self._tell(AGENCY_TYPES.get(node.type, node.type)),
            "tier": node.tier.word,
            "href": url_for("directory.agency", agency_id=node.id),
            "stop": url_for("holding.agency", agency_id=node.id, period=self._network.ways.period),
        }

    def agencies(self, numbers: Sequence[int], most: int = AGENCIES_LISTED) -> dict[str, Any]:
        """Some agencies by name: the first of them, and how many more there are."""
        ordered = sorted(numbers, key=lambda one: (self._network.nodes[one].name, one))
        some = [self.agency(one) for one in ordered[:most]]
        return {"some": some, "more": len(numbers) - len(some), "number": len(numbers)}

    def need(self, code: str) -> str:
        """A need by its label."""
        return all_needs()[code].label(language())

    def kind(self, kind: str) -> str:
        """A kind of person; empty for anybody."""
        return "" if kind == ANYONE else self._tell(IN_A_SENTENCE[kind])

    def needs_to_choose(self) -> list[tuple[str, str]]:
        """All needs, for a list to choose from."""
        return [(code, f"{code} {self.need(code)}") for code in all_needs()]


def holding_view(network: Network, found: Holding, names: Names) -> dict[str, Any]:
    """The whole network."""
    agency = names.agency
    return {
        "agencies": len(network.nodes),
        "ways": found.ways,
        "worst": _articulation(names, found),
        "cutting": [
            {"agency": agency(it.agency), "cut_off": it.cut_off}
            for it in found.articulations[:LISTED]
        ],
        "cutting_number": len(found.articulations),
        "bridges": [
            {"one": agency(it.one), "other": agency(it.other), "cut_off": it.cut_off}
            for it in found.bridges[:LISTED]
        ],
        "bridges_number": len(found.bridges),
        "singles": [
            {
                "need": names.need(it.need),
                "kind": names.kind(it.kind),
                "agency": agency(it.agency),
                "everywhere": it.everywhere,
                "districts": it.districts,
            }
            for it in found.singles[:LISTED_LONG]
        ],
        "singles_more": max(0, len(found.singles) - LISTED_LONG),
        "single_needs": len({it.need for it in found.singles if it.everywhere}),
        "nobody": [names.need(code) for code in found.nobody],
        **_gatekeepers(found, names),
        "overload": found.overload
        and {"agency": agency(found.overload.agency), "share": _percent(found.overload.share)},
        "hidden": found.hidden,
        "central_in": _figure(found.centralisation[0]),
        "central_out": _figure(found.centralisation[1]),
        "isolates": names.agencies(found.isolates),
        "parts": found.parts.sizes,
        "strong": found.parts.strong,
        "core": {"k": found.core[0], "number": found.core[1]},
        "groups": [_group(names, it) for it in found.groups],
        "informal": _shares(found),
        "reported": _reported(found),
    }


def _articulation(names: Names, found: Holding) -> dict[str, Any] | None:
    if not found.articulations:
        return None
    worst = found.articulations[0]
    return {"agency": names.agency(worst.agency), "cut_off": worst.cut_off}


def _gatekeepers(found: Holding, names: Names) -> dict[str, Any]:
    if isinstance(found.gatekeepers, Progress):
        return {"gatekeepers": [], "percent": found.gatekeepers.percent}
    rows = [
        {"agency": names.agency(it.agency), "share": _percent(it.share, 1)}
        for it in found.gatekeepers
    ]
    return {"gatekeepers": rows, "percent": None}


def _group(names: Names, it: Clique) -> dict[str, Any]:
    members = names.agencies(it.members)
    return {"members": members, "needs": it.needs, "distinct": _percent(it.distinct)}


def _shares(found: Holding) -> dict[str, str] | None:
    whole = found.informal.observed
    if not whole:
        return None
    return {
        "with_informal": _percent(found.informal.with_informal / whole),
        "undeclared": _percent(found.informal.undeclared / whole),
    }


def _reported(found: Holding) -> dict[str, Any]:
    """What is said and never judged: no colour, no arrow, no rank hangs on these."""
    figures = found.density, found.weighted_density, found.reciprocity
    return {
        "density": _figure(figures[0].value),
        "weighted": _figure(figures[1].value),
        "reciprocity": _percent(figures[2].value),
        "scored": any(figure.scored for figure in figures),
    }


def strength_view(found: Strength, area: str, need: str, names: Names) -> dict[str, Any]:
    """From a district to a need."""
    return {
        "area": named_areas([area]).get(area, area),
        "need": names.need(need),
        "asking": found.asking,
        "meeting": found.meeting,
        "here": found.here,
        "number": len(found.cut.agencies),
        "agencies": names.agencies(found.cut.agencies),
        "through": len(found.cut.through),
    }


def stopped_view(network: Network, found: Stopped, names: Names) -> dict[str, Any]:
    """If an agency stopped tonight."""
    areas = named_areas({code for it in found.lost for code in it.districts})
    everywhere = [it for it in found.lost if it.everywhere]
    somewhere = [it for it in found.lost if not it.everywhere]
    return {
        "agency": names.agency(found.agency),
        "senders": found.senders,
        "receivers": found.receivers,
        "share": None if found.share is None else _percent(found.share),
        "stranded": names.agencies(found.stranded),
        "gone": [_lost(it, names, areas) for it in everywhere],
        "lost": [_lost(it, names, areas) for it in somewhere[:LISTED_LONG]],
        "lost_more": max(0, len(somewhere) - LISTED_LONG),
        "longer": [
            {
                "need": names.need(it.need),
                "others": it.others,
                "next": None if it.next is None else names.agency(it.next),
                "km": _km(it.km),
                "districts": it.districts,
                "more_km": _km(it.more_km),
                "agencies": it.agencies,
                "more": None if it.more_minutes is None else _span(it.more_minutes),
            }
            for it in found.longer[:LISTED_LONG]
        ],
        "longer_more": max(0, len(found.longer) - LISTED_LONG),
        "minutes_known": found.minutes_known,
        "period": network.ways.period,
    }


def _lost(it: Lost, names: Names, areas: Mapping[str, str]) -> dict[str, Any]:
    named = sorted(areas.get(code, code) for code in it.districts)
    return {
        "need": names.need(it.need),
        "kind": names.kind(it.kind),
        "districts": named[:DISTRICTS_NAMED],
        "more": max(0, len(named) - DISTRICTS_NAMED),
    }


def _km(km: float | None) -> str | None:
    """Whole kilometres, below ten with one decimal: places are not known better than that."""
    if km is None:
        return None
    return str(format_decimal(round(km, 1) if km < LISTED else round(km)))


def _span(minutes: float) -> dict[str, str]:
    """Minutes below an hour, then hours."""
    if minutes < HOUR:
        return {"number": format_decimal(math.ceil(minutes)), "unit": "minutes"}
    return {"number": format_decimal(round(minutes / HOUR, 1)), "unit": "hours"}


def _percent(share: float, decimals: int = 0) -> str:
    shape = "#,##0.#%" if decimals else None
    return str(format_percent(round(share, 2 + decimals), format=shape))


def _figure(value: float) -> str:
    return str(format_decimal(round(value, 3), format="0.###"))
