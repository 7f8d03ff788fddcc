"""The agencies and the ties of the picture without geography."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from agencies.queries.directory import LISTED
from agencies.queries.members import Member
from agencies.queries.roll import Roll, made_of_each, roll
from core.actors import Actor, Tier
from maps.queries.indicators.now import inside
from maps.queries.kept import latest
from maps.rules.pathway import Designed, Walked
from maps.rules.picture import Knot, Tie, TieKind
from referral.graph.flows import HIDDEN, NOBODY, Flows
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
    keys = list(types)
    found, sender, receiver = _between(flows, keys)
    ties: dict[tuple[str, str], Tie] = {}
    for at, one, other in zip(range(len(found)), sender, receiver, strict=True):
        ends = (keys[one], keys[other])
        is_formal = ends in agreed or (types[ends[0]], types[ends[1]]) in designed
        kind = TieKind.FORMAL if is_formal else TieKind.OBSERVED
        flow = found[at]
        ties[ends] = Tie(*ends, kind, flow.sent, flow.accepted, flow.minutes)
    for ends in agreed - ties.keys():
        if types.keys() >= set(ends):
            ties[ends] = Tie(*ends, TieKind.UNUSED, 0)
    return [ties[ends] for ends in sorted(ties)]


def _between(flows: Iterable[Flow], keys: list[str]) -> tuple[Flows, list[int], list[int]]:
    """The ways between some agencies (their ids as text), and the places of both ends there."""
    whole = Flows.of(flows)
    sender, receiver = whole.numbered({uuid.UUID(key): at for at, key in enumerate(keys)})
    known = (sender != NOBODY) & (receiver != NOBODY)
    return whole.only(known), sender[known].tolist(), receiver[known].tolist()


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
    keys = list(types)
    found, *ends = _between(flows, keys)
    sums: dict[tuple[str, str], tuple[int, bool]] = {}
    for one, other, sent in zip(*ends, found.sent.tolist(), strict=True):
        pair = (types[keys[one]], types[keys[other]])
        known, hidden = sums.get(pair, (0, False))
        sums[pair] = (known, True) if sent == HIDDEN else (known + sent, hidden)
    some = [Walked(*pair, *sum_) for pair, sum_ in sums.items() if told.get(pair) is None]
    return [*(Walked(*pair, sent or 0, sent is None) for pair, sent in told.items()), *some]
