"""The gap map's page as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Request, url_for
from markupsafe import Markup

from agencies.pages.directory_view import need_groups
from agencies.rules.kinds import ANYONE
from agencies.rules.needs import TONIGHT, all_needs
from agencies.rules.place_codes import is_code
from core.actors import Actor
from core.i18n import Say, _, language, say
from maps.drawings.cells import Drawn, draw, swatch
from maps.queries.gaps.demand import Demand, What, demand_in, periods
from maps.queries.gaps.districts import District, by_district
from maps.queries.gaps.ground import Basis, Ground, ground_for, regency_of
from maps.queries.gaps.nearest import NOBODY, NOWHERE, Reach
from maps.queries.gaps.reach import reach_of
from maps.queries.gaps.travel import Minutes, minutes_to_nearest
from maps.rules import gaps as rules
from maps.rules.kinds import KINDS, NIGHT
from maps.wording.gaps import (
    BY_DAY_WORDS,
    BY_NIGHT_WORDS,
    KM,
    MINUTES,
    REMARK_WORDS,
    UNKNOWN_DISTRICT,
    WHAT_WORDS,
    class_words,
    say_count,
    say_far,
    say_km,
    say_offer,
)
from maps.wording.kinds import IN_A_SENTENCE, KIND_WORDS

Plain = dict[str, Any]
ASK_FIRST = _("ask first")
CROSSED = "×"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was chosen; what is unknown in an address is as if it were not there."""

    need: str
    kind: str
    period: str
    area: str

    def arguments(self) -> Plain:
        """For an address."""
        chosen = {"need": self.need, "kind": self.kind, "period": self.period, "area": self.area}
        return {name: value for name, value in chosen.items() if value}


@dataclass(frozen=True, slots=True)
class Looked:
    """Everything that a page or a file of the gap map is made of."""

    wanted: Wanted
    whole: Ground
    ground: Ground
    reach: Reach
    minutes: Minutes | None
    roads_note: str | None
    demand: Demand


def wanted_from(request: Request) -> Wanted:
    """The choice in an address."""
    chosen = request.args
    need, kind = chosen.get("need", ""), chosen.get("kind", "")
    area, period = chosen.get("area", ""), chosen.get("period", "")
    return Wanted(
        need if need in all_needs() else TONIGHT,
        kind if kind in KINDS else ANYONE,
        period if period in periods() else "",
        area if is_code(area) else "",
    )


def look(actor: Actor, wanted: Wanted) -> Looked:
    """Ask for everything that was chosen."""
    whole = ground_for(actor)
    ground = ground_for(actor, wanted.area) if wanted.area else whole
    reach = reach_of(actor, ground, wanted.need, wanted.kind)
    minutes, note = minutes_to_nearest(ground, reach)
    return Looked(wanted, whole, ground, reach, minutes, note, demand_in(wanted.period))


def gaps_view(looked: Looked) -> Plain:
    """The whole page."""
    tell, wanted, ground = say(language()), looked.wanted, looked.ground
    rows = by_district(ground, looked.reach)
    need = all_needs()[wanted.need].label(language())
    label = tell(
        _("Map: how far it is to the nearest for “%(need)s” for %(kind)s"),
        need=need,
        kind=tell(IN_A_SENTENCE[wanted.kind]),
    )
    return {
        "wanted": wanted,
        "need": need,
        "kind": tell(IN_A_SENTENCE[wanted.kind]),
        "when": tell(BY_NIGHT_WORDS if wanted.kind == NIGHT else BY_DAY_WORDS),
        "filters": filters_view(looked.whole, tell),
        "map": _map(looked, tell, label),
        "legend": _legend(looked, tell),
        "has_cells": bool(ground.cells),
        "is_empty": not looked.reach.takers.offers,
        "by_services": ground.basis is Basis.SERVICES,
        "remarks": [tell(REMARK_WORDS[one]) for one in sorted(ground.remarks)],
        "roads_note": tell(looked.roads_note) if looked.roads_note else "",
        "head": _head(looked.demand, tell),
        "rows": [_row(row, looked, tell) for row in rows],
        "period": looked.demand.period,
        "source": next((r.people.source for r in rows if r.people and r.people.source), ""),
        "find": url_for("find.shared", need=wanted.need),
        "csv": url_for("gaps.csv_file", **wanted.arguments()),
        "geojson": url_for("gaps.geojson_file", **wanted.arguments()),
    }


def filters_view(whole: Ground, tell: Say) -> Plain:
    """The choices of the form."""
    regencies = {regency_of(code) for code in whole.districts if code}
    provinces = {code[:2] for code in regencies if "." in code}
    places = (
        [(code, whole.name_of(code)) for code in sorted(provinces)] if len(provinces) > 1 else []
    )
    places += sorted(((code, whole.name_of(code)) for code in regencies), key=lambda one: one[1])
    return {
        "needs": need_groups(language()),
        "kinds": [(code, tell(KIND_WORDS[code])) for code in KINDS],
        "periods": [(period, period) for period in periods()],
        "places": places if len(places) > 1 else [],
    }


def shade_of_cell(looked: Looked, cell: int, who: int, km: float) -> int:
    """The class of a cell: by minutes where the whole map has them, else by km."""
    if who == NOBODY:
        return rules.NOBODY
    if looked.minutes is None or looked.reach.takers.offers[who].by_phone:
        return rules.shade_of(km)
    minutes = looked.minutes.get(cell)
    # No way there by road, an island for instance: farther than any minutes tell.
    return rules.FARTHEST if minutes is None else rules.shade_of(minutes, rules.LIMITS_MINUTES)


def _map(looked: Looked, tell: Say, label: str) -> Markup:
    ground = looked.ground
    who, km, sure = (column.tolist() for column in looked.reach.first())
    cells = []
    for n, cell in enumerate(ground.cells):
        shade = shade_of_cell(looked, n, who[n], km[n])
        hatched = who[n] != NOBODY and not sure[n]
        figure = _figure(looked, n, who[n], km[n])
        cells.append(Drawn(cell, shade, hatched, figure, _words(looked, n, who[n], km[n], tell)))
    return draw(cells, ground.outlines, label=label, described_by="gap-table")


def _figure(looked: Looked, cell: int, who: int, km: float) -> str:
    if who == NOBODY:
        return CROSSED
    if looked.reach.takers.offers[who].by_phone:
        return "☎"
    if looked.minutes is not None and cell in looked.minutes:
        return f"{looked.minutes[cell]:.0f}"
    return "?" if km == NOWHERE else f"{km:.0f}"


def _words(looked: Looked, cell: int, who: int, km: float, tell: Say) -> str:
    """*Cilincing: 31 km, Sentra Contoh (ask first)*."""
    code, offer = looked.ground.districts[cell], looked.reach.offer(who)
    name = looked.ground.full_name(code) if code else tell(UNKNOWN_DISTRICT)
    far = say_far(None if who == NOBODY else km, offer, tell)
    if looked.minutes is not None and cell in looked.minutes:
        far = tell(_("%(n)s min"), n=f"{looked.minutes[cell]:.0f}")
    said = ", ".join(part for part in (far, say_offer(offer)) if part)
    asks = offer is not None and not looked.reach.takers.sure[who]
    return f"{name}: {said} ({tell(ASK_FIRST)})" if asks else f"{name}: {said}"


def _legend(looked: Looked, tell: Say) -> list[Plain]:
    by_road = looked.minutes is not None
    limits, unit = (rules.LIMITS_MINUTES, MINUTES) if by_road else (rules.LIMITS_KM, KM)
    words = class_words(limits, unit, tell)
    found = [{"swatch": swatch(n), "words": one} for n, one in enumerate(words)]
    hatched = {
        "swatch": swatch(1, hatched=True),
        "words": tell(_("hatched: only after asking first")),
    }
    return [*found, hatched]


def _head(demand: Demand, tell: Say) -> list[str]:
    head = [tell(_("District")), tell(_("Distance")), tell(_("The nearest"))]
    if demand.is_published:
        head += [tell(WHAT_WORDS[what]) for what in What]
    return [*head, tell(_("Inhabitants"))]


def _row(row: District, looked: Looked, tell: Say) -> Plain:
    name = looked.ground.full_name(row.code) if row.code else tell(UNKNOWN_DISTRICT)
    demand, need = looked.demand, looked.wanted.need
    counts = []
    if demand.is_published:
        found = [demand.of(what, need, row.code) if row.code else None for what in What]
        counts = [say_count(one, tell) for one in found]
    far = say_far(row.middle, row.offer, tell)
    return {
        "name": name,
        "code": row.code or "",
        "far": far,
        "span": _span(row, tell),
        "who": say_offer(row.offer),
        "asks": tell(ASK_FIRST) if row.offer is not None and not row.is_sure else "",
        "counts": counts,
        "people": f"{row.people.count:,}".replace(",", " ") if row.people else "",
        "year": row.people.year if row.people else None,
        "find": url_for("find.shared", need=need, place=row.code) if row.code else "",
    }


def _span(row: District, tell: Say) -> str:
    """*from 3.2 to 31 km* where a district is not all alike."""
    ends = [km for km in (row.least, row.most) if km is not None and km != NOWHERE]
    if len(ends) < 2 or say_km(ends[0]) == say_km(ends[1]):
        return ""
    return tell(_("from %(least)s to %(most)s km"), least=say_km(ends[0]), most=say_km(ends[1]))
