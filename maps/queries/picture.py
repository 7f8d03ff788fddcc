"""The agencies and the ties of the picture without geography."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from agencies.models import Agency, Location, Offer, Service
from agencies.queries.directory import LISTED
from agencies.queries.members import registry_version
from core.actors import Actor, Tier
from core.db import db
from core.types import as_stored
from maps.queries.indicators.now import inside
from maps.queries.kept import latest
from maps.rules.pathway import Designed, Walked
from maps.rules.picture import Knot, Tie, TieKind
from referral.queries.flows import published_flows, published_types
from referral.queries.published import publication
from referral.queries.routes import live_routes
from referral.rules.flows import Flow


@dataclass(frozen=True, slots=True)
class Listed:
    """An agency of the registry, and in which districts its offers are."""

    knot: Knot
    districts: frozenset[str]


def listed_agencies(actor: Actor) -> dict[str, Listed]:
    """Every agency in the directory that the actor may see, by its id as text.

    Kept until the registry changes: nobody alters it.
    """
    tier = actor.sees.value
    return latest(("listed", tier), registry_version(), lambda: _read(tier))


def _read(tier: int) -> dict[str, Listed]:
    where = (
        select(as_stored(Service.agency_id), Location.area_code)
        .join(Offer, Offer.service_id == Service.id)
        .join(Location, Location.id == Offer.location_id)
        .where(Location.tier <= tier, Location.area_code.is_not(None))
        .distinct()
    )
    districts: dict[Any, set[str]] = {}
    for agency_id, code in db.session.execute(where):
        districts.setdefault(agency_id, set()).add(code or "")
    rows = db.session.execute(
        select(
            Agency.id, as_stored(Agency.id).label("stored"), Agency.name, Agency.type, Agency.tier
        ).where(Agency.status.in_(LISTED), Agency.tier <= tier)
    )
    return {
        str(row.id): Listed(
            Knot(str(row.id), row.name, row.type, row.tier == Tier.SECRET.value),
            frozenset(districts.get(row.stored, ())),
        )
        for row in rows
    }


def chosen_agencies(
    listed: Mapping[str, Listed], *, type_code: str = "", district: str = ""
) -> dict[str, Knot]:
    """Those of a type and in a district, where one was chosen."""
    return {
        key: one.knot
        for key, one in listed.items()
        if type_code in ("", one.knot.type)
        and (not district or any(inside(code, district) for code in one.districts))
    }


def designed_ways(at: datetime) -> tuple[Designed, ...]:
    """The ways between types that the pathway declares at a moment."""
    return tuple(
        Designed(route.from_type, route.to_type, route.need)
        for route in live_routes(at)
        if route.agreement_id is None
    )


def ties_between(
    flows: Iterable[Flow],
    agreements: Iterable[tuple[uuid.UUID, uuid.UUID]],
    designed: frozenset[tuple[str, str]],
    types: Mapping[str, str],
) -> list[Tie]:
    """The published ways between agencies of which the types are known, and unused agreements.

    A way is formal when an agreement or the declared pathway (pairs of types) holds it.
    """
    agreed = {(str(one), str(other)) for one, other in agreements}
    key_of = {uuid.UUID(key): key for key in types}  # spelling ids costs more than all the rest
    ties: dict[tuple[str, str], Tie] = {}
    for flow in flows:
        sender, receiver = key_of.get(flow.sender), key_of.get(flow.receiver)
        if sender is None or receiver is None:
            continue
        ends = (sender, receiver)
        is_formal = ends in agreed or (types[ends[0]], types[ends[1]]) in designed
        kind = TieKind.FORMAL if is_formal else TieKind.OBSERVED
        ties[ends] = Tie(*ends, kind, flow.sent, flow.accepted, flow.minutes)
    for ends in agreed - ties.keys():
        if types.keys() >= set(ends):
            ties[ends] = Tie(*ends, TieKind.UNUSED, 0)
    return [ties[ends] for ends in sorted(ties)]


def with_degrees(knots: Mapping[str, Knot], ties: Iterable[Tie]) -> list[Knot]:
    """The agencies, each with how many others it has a used tie with."""
    pairs = {frozenset((t.sender, t.receiver)) for t in ties if t.kind is not TieKind.UNUSED}
    degrees = Counter(key for pair in pairs for key in pair)
    return [replace(knot, degree=degrees[key]) for key, knot in knots.items()]


def walked_in(actor: Actor, period: str) -> tuple[list[Walked], bool]:
    """The published ways of a period, as ways between the types of the agencies that the actor may
    see, and whether that is all; none for a period of which nothing is published.
    """
    found = publication(period) if period else None
    told, tells_all = published_types(period)
    if found is None:
        return [], tells_all
    listed = listed_agencies(actor)
    types = {key: one.knot.type for key, one in listed.items()}
    walked = latest(
        ("walked", actor.sees.value, period),
        (registry_version(), found.made_at),
        lambda: walked_between_types(published_flows(period), types, told),
    )
    return walked, tells_all


def walked_between_types(
    flows: Iterable[Flow],
    types: Mapping[str, str],
    told: Mapping[tuple[str, str], int | None] | None = None,
) -> list[Walked]:
    """The published ways, as ways between types of agency.

    `told`: what is published of types (`published_types`). A number there is of all ways, also
    of those of which nothing is said, so it goes before their sum.
    """
    told = told or {}
    type_of = {uuid.UUID(key): type_ for key, type_ in types.items()}
    some = [
        Walked(type_of[flow.sender], type_of[flow.receiver], flow.sent or 0, flow.sent is None)
        for flow in flows
        if flow.sender in type_of and flow.receiver in type_of
    ]
    known = [Walked(*ends, sent or 0, sent is None) for ends, sent in told.items()]
    return known + [one for one in some if told.get((one.from_type, one.to_type)) is None]
