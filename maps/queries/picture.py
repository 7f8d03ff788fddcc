"""The agencies and the ties of the picture without geography."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import numpy as np

from agencies.queries.directory import LISTED
from agencies.queries.members import Member
from agencies.queries.roll import Roll, made_of_each, roll
from core.actors import Actor, Tier
from maps.queries.indicators.now import inside
from maps.queries.kept import latest
from maps.rules.pathway import Designed, Walked
from maps.rules.picture import Knot, Tie, TieKind
from referral.graph.flows import HIDDEN, NOBODY, Flows, Ints
from referral.queries.flows import published_flows, published_types
from referral.queries.published import publication
from referral.queries.routes import live_routes
from referral.rules.flows import Flow
from referral.rules.routes import LiveRoute


@dataclass(frozen=True, slots=True)
class Listed:
    """An agency of the registry, and in which districts its offers are."""

    knot: Knot
    districts: frozenset[str]


def listed_agencies(actor: Actor) -> dict[str, Listed]:
    """Every agency in the directory that the actor may see, by its id as text.

    Kept until the registry changes: nobody alters it.
    """
    tier, now = actor.sees.value, roll()
    return latest(("listed", tier), now.version, lambda: _read(now, tier))


def _read(now: Roll, tier: int) -> dict[str, Listed]:
    each = made_of_each(f"listed/{tier}", now, partial(_listed, tier))
    return {one.knot.key: one for one in each.values() if one is not None}


def _listed(tier: int, member: Member) -> Listed | None:
    if member.status not in LISTED or member.tier > tier:
        return None
    places = {offered.place for offered in member.offers if offered.place.tier <= tier}
    return Listed(
        Knot(str(member.id), member.name, member.type, member.tier == Tier.SECRET.value),
        frozenset(place.area for place in places if place.area),
    )


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
    return designed_in(live_routes(at))


def designed_in(routes: Iterable[LiveRoute]) -> tuple[Designed, ...]:
    """Those among some routes; what two agencies agreed is none."""
    return tuple(
        Designed(route.from_type, route.to_type, route.need)
        for route in routes
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
    keys = list(types)
    found, sender, receiver = _between(flows, keys)
    ties: dict[tuple[str, str], Tie] = {}
    for flow, one, other in zip(found, sender.tolist(), receiver.tolist(), strict=True):
        ends = (keys[one], keys[other])
        is_formal = ends in agreed or (types[ends[0]], types[ends[1]]) in designed
        kind = TieKind.FORMAL if is_formal else TieKind.OBSERVED
        ties[ends] = Tie(*ends, kind, flow.sent, flow.accepted, flow.minutes)
    for ends in agreed - ties.keys():
        if types.keys() >= set(ends):
            ties[ends] = Tie(*ends, TieKind.UNUSED, 0)
    return [ties[ends] for ends in sorted(ties)]


def _between(flows: Iterable[Flow], keys: list[str]) -> tuple[Flows, Ints, Ints]:
    """The ways between some agencies (their ids as text), and the places of both ends there."""
    whole = Flows.of(flows)
    sender, receiver = whole.numbered({uuid.UUID(key): at for at, key in enumerate(keys)})
    known = (sender != NOBODY) & (receiver != NOBODY)
    return whole.only(known), sender[known], receiver[known]


def with_degrees(knots: Mapping[str, Knot], flows: Iterable[Flow]) -> list[Knot]:
    """The agencies, each with how many others of them it has a way with that was used."""
    keys = list(knots)
    _found, *ends = _between(flows, keys)
    low, high = np.minimum(*ends), np.maximum(*ends)
    one, other = np.divmod(np.unique(low * len(keys) + high), max(len(keys), 1))
    both = np.concatenate([one, other[other != one]])
    degrees = np.bincount(both, minlength=len(keys)).tolist()
    return [
        replace(knots[key], degree=degree) if degree else knots[key]
        for key, degree in zip(keys, degrees, strict=True)
    ]


def near_to(
    agency: str,
    everybody: Mapping[str, Knot],
    flows: Iterable[Flow],
    agreements: Iterable[tuple[uuid.UUID, uuid.UUID]],
) -> dict[str, Knot]:
    """An agency with those that it refers to, gets from, or has an agreement with."""
    keys = list(everybody)
    _found, sender, receiver = _between(flows, keys)
    number = keys.index(agency)
    there = {agency, *(keys[at] for at in receiver[sender == number].tolist())}
    there |= {keys[at] for at in sender[receiver == number].tolist()}
    for one, other in agreements:
        ends = {str(one), str(other)}
        if agency in ends and everybody.keys() >= ends:
            there |= ends
    return {key: knot for key, knot in everybody.items() if key in there}


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
        (roll().version, found.made_at),
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
    keys, codes = list(types), sorted(set(types.values()))
    found, *ends = _between(flows, keys)
    number = {code: at for at, code in enumerate(codes)}
    type_of = np.array([number[types[key]] for key in keys], dtype=np.int64)
    one, other = (type_of[end] for end in ends)
    pairs, at = np.unique(one * len(codes) + other, return_inverse=True)
    is_hidden = found.sent == HIDDEN
    sent = np.bincount(at, np.where(is_hidden, 0, found.sent), len(pairs)).astype(int).tolist()
    hidden = np.bincount(at, is_hidden, len(pairs)).astype(bool).tolist()
    rows = [(codes[pair // len(codes)], codes[pair % len(codes)]) for pair in pairs.tolist()]
    some = [
        Walked(*pair, count, has_hidden)
        for pair, count, has_hidden in zip(rows, sent, hidden, strict=True)
        if told.get(pair) is None
    ]
    return [*(Walked(*pair, sent or 0, sent is None) for pair, sent in told.items()), *some]
