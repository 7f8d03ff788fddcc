"""Gaps as tables and as GeoJSON. Kilometres are empty where nobody is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from agencies.rules.candidate import Candidate
from agencies.rules.needs import all_needs
from core.geometry import corners_of
from core.i18n import say
from maps.exchange.tables import Cell, Table
from maps.queries.gaps.demand import Demand, What
from maps.queries.gaps.districts import District
from maps.queries.gaps.ground import Ground
from maps.queries.gaps.nearest import NOBODY, NOWHERE, Reach
from maps.queries.gaps.travel import Minutes
from maps.queries.gaps.worst import Gap
from maps.rules.gaps import Asked
from maps.wording.gaps import say_gap

DISTRICT_COLUMNS = (
    *("need", "kind", "code", "district", "km", "km_least", "km_most", "agency", "service"),
    *("answer", "period", *(what.value for what in What), "population", "population_year"),
)
WORST_COLUMNS = (
    *("need", "need_name", "kind", "place", "place_name", "km", "agency", "service", "answer"),
    *("score", "districts", "words"),
)
HIDDEN = "<5"


def by_district_table(
    rows: Iterable[District], ground: Ground, need: str, kind: str, demand: Demand
) -> Table:
    """The gap map by district."""
    told = [_district(row, ground, need, kind, demand) for row in rows]
    return Table("gaps", DISTRICT_COLUMNS, told)


def _district(row: District, ground: Ground, need: str, kind: str, demand: Demand) -> list[Cell]:
    counts = [demand.of(what, need, row.code) if row.code else None for what in What]
    return [
        *(need, kind, row.code, ground.full_name(row.code) if row.code else None),
        *(_km(km) for km in (row.middle, row.least, row.most)),
        *_names(row.offer),
        _answer(row.offer, is_sure=row.is_sure),
        demand.period or None,
        *(_count(one) for one in counts),
        row.people.count if row.people else None,
        row.people.year if row.people else None,
    ]


def worst_table(gaps: Iterable[Gap], ground: Ground, language: str) -> Table:
    """The worst gaps, worst first."""
    tell = say(language)
    rows: list[Sequence[Cell]] = [
        [
            *(gap.need, all_needs()[gap.need].label(language), gap.kind, " ".join(gap.places)),
            "; ".join(ground.full_name(code) for code in gap.places),
            _km(gap.km),
            *_names(gap.offer),
            _answer(gap.offer, is_sure=gap.is_sure),
            round(gap.score, 1),
            " ".join(gap.districts),
            say_gap(gap, ground, language, tell),
        ]
        for gap in gaps
    ]
    return Table("worst", WORST_COLUMNS, rows)


def geojson(ground: Ground, reach: Reach, shades: Sequence[int], minutes: Minutes | None) -> str:
    """Every cell as a polygon with its class (0 nearest to 4, 5 nobody), km, and who."""
    who, km, sure = (column.tolist() for column in reach.first())
    features: list[dict[str, Any]] = []
    for n, cell in enumerate(ground.cells):
        offer = reach.offer(who[n])
        code = ground.districts[n]
        ring = [[round(lon, 5), round(lat, 5)] for lat, lon in corners_of(cell)]
        features.append(
            {
                "type": "Feature",
                "id": f"{cell:x}",
                "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
                "properties": {
                    "district": code,
                    "name": ground.full_name(code) if code else None,
                    "class": shades[n],
                    "km": None if who[n] == NOBODY or km[n] == NOWHERE else km[n],
                    "minutes": round(minutes[n]) if minutes and n in minutes else None,
                    "agency": offer.card.agency_name if offer else None,
                    "service": offer.card.service_name if offer else None,
                    "answer": _answer(offer, is_sure=sure[n]),
                },
            }
        )
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, allow_nan=False) + "\n"


def _km(km: float | None) -> float | None:
    return None if km is None or km == NOWHERE else round(float(km), 1)


def _names(offer: Candidate | None) -> tuple[str | None, str | None]:
    return (offer.card.agency_name, offer.card.service_name) if offer else (None, None)


def _answer(offer: Candidate | None, *, is_sure: bool) -> str:
    if offer is None:
        return "nobody"
    return "sure" if is_sure else "ask first"


def _count(asked: Asked | None) -> Cell:
    """Empty where nothing is published."""
    if asked is None:
        return None
    if asked.count is None:
        return HIDDEN
    return f">={asked.count}" if asked.or_more else asked.count
