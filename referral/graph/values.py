"""What the graph is made of, as plain values."""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Protocol

from agencies.models import Status
from agencies.queries.members import Facts, Member, Offered, Place
from core.actors import Tier
from referral.graph.taking import Takes, takes_of
from referral.rules.flows import Flow

INFORMAL = "INF"  # family, neighbours, a village's people (domain.md §1.1)


class Kind(StrEnum):
    """What an edge of the graph is."""

    DECLARED = "declared"  # between types of agency: the pathway as it is meant
    AGREEMENT = "agreement"  # between two agencies: an MoU, a SOP, practice
    OBSERVED = "observed"  # between two agencies: referrals, as they were published


class TypeRoute(Protocol):
    """A declared route between types of agency. `need`: None is any."""

    @property
    def from_type(self) -> str:
        """A code of agency_types.py."""

    @property
    def to_type(self) -> str:
        """A code of agency_types.py."""

    @property
    def need(self) -> str | None:
        """A code of needs.py."""

    @property
    def basis(self) -> str:
        """Law, standard, practice …"""


class Agreement(Protocol):
    """A route between two agencies, confirmed by both and in force. `need`: None is any."""

    @property
    def sender(self) -> uuid.UUID:
        """An agency."""

    @property
    def receiver(self) -> uuid.UUID:
        """An agency."""

    @property
    def need(self) -> str | None:
        """A code of needs.py."""

    @property
    def basis(self) -> str:
        """MoU, SOP, practice …"""

    @property
    def until(self) -> date | None:
        """Its last day, if it has one."""


@dataclass(frozen=True, slots=True)
class Ways:
    """All ways between agencies that a graph is made of.

    Two with the same `version` are the same. `period`: of which the flows speak ("2026-Q3"); None
    while nothing was published.
    """

    version: Hashable = None
    period: str | None = None
    routes: tuple[TypeRoute, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    flows: Sequence[Flow] = ()  # published ones are columns: `referral.graph.flows`


NO_WAYS = Ways()


@dataclass(frozen=True, slots=True)
class Node:
    """An agency in the graph. Where it is: of a secret one the centre of its published cell."""

    id: uuid.UUID
    key: str
    name: str
    type: str
    tier: Tier
    status: Status
    place: Place | None
    offers: tuple[Offered, ...]
    takes: Takes  # which needs it meets for which kind of person

    @property
    def needs(self) -> frozenset[str]:
        """What it meets now."""
        return frozenset().union(*(offered.needs for offered in self.offers))

    @property
    def free(self) -> int | None:
        """Free places of all its pools; None if it has none."""
        known = [offered.free for offered in self.offers if offered.free is not None]
        return sum(known) if known else None

    @property
    def district(self) -> str | None:
        """The gazetteer's code of the district around its published place."""
        return self.place.area if self.place else None

    def opened(self) -> Node:
        """The same without what it does at secret places."""
        kept = tuple(o for o in self.offers if o.place.tier < Tier.SECRET)
        return replace(self, offers=kept, place=_place_of(kept), takes=takes_of(kept))


def node_of(member: Member) -> Node:
    """An agency as the graph sees it.

    It stands where its least guarded place is, so that an office that everybody knows is not
    hidden by a house that nobody may know; the oldest among equals.
    """
    return Node(
        member.id, member.key, member.name, member.type, Tier(member.tier), member.status,
        _place_of(member.offers), member.offers, takes_of(member.offers),
    )  # fmt: skip


def _place_of(offers: tuple[Offered, ...]) -> Place | None:
    located = [offered for offered in offers if offered.place.latitude is not None]
    first = min(located, key=lambda it: (it.place.tier, it.offer_id), default=None)
    return first.place if first else None


__all__ = [
    "INFORMAL", "NO_WAYS", "Agreement", "Facts", "Flow", "Kind", "Node", "Offered", "Place",
    "TypeRoute", "Ways", "node_of",
]  # fmt: skip
