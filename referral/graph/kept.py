"""The graph of a process: made when first asked for, read again where something changed.

What a version is made of: the registry's generation (which agencies changed is written down with
it), the routes and agreements, and the published period. Nothing of a graph that was given out is
altered afterwards: a changed agency makes a new one that shares all the others.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict

from flask import current_app

from agencies.queries.members import (
    Changed,
    RegistryVersion,
    all_members,
    changed_since,
    registry_version,
    some_members,
)
from referral.graph.network import Network
from referral.graph.values import Node, node_of
from referral.graph.ways import ways_source

MOST_PERIODS = 8


class Graphs:
    """The agencies as they are now, and the networks of the periods that were asked for."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._lock = threading.Lock()
        self._registry: RegistryVersion | None = None
        self._nodes: dict[uuid.UUID, Node] = {}
        self._offers: dict[uuid.UUID, uuid.UUID] = {}  # whose offer each is
        self._sorted: tuple[Node, ...] = ()
        self._networks: OrderedDict[str | None, Network] = OrderedDict()

    def get(self, period: str | None) -> Network:
        """The network with the flows of a period (None: the newest that was published)."""
        source = ways_source()
        if period is None:
            period = next(iter(source.periods()), None)
        with self._lock:
            registry = self._read()
            version = (registry, period, source.version(period))
            known = self._networks.get(period)
            if known is None or known.version != version:
                made = Network(version, self._sorted, source.ways(period))
                known = self._networks[period] = made.like(known) if known else made
            self._networks.move_to_end(period)
            if len(self._networks) > MOST_PERIODS:
                self._networks.popitem(last=False)
            return known

    def _read(self) -> RegistryVersion:
        now = registry_version()
        if now == self._registry:
            return now
        changed = changed_since(self._registry) if self._registry else None
        if changed is None:
            self._read_all()
        else:
            self._read_some(changed)
        self._sorted = tuple(self._nodes[one] for one in sorted(self._nodes))
        self._registry = now
        return now

    def _read_all(self) -> None:
        self._nodes, self._offers = {}, {}
        for member in all_members().values():
            self._enter(node_of(member))

    def _read_some(self, changed: Changed) -> None:
        # An offer that went is known by whose it was.
        of_offers = {self._offers[one] for one in changed.offers if one in self._offers}
        gone = self._nodes.keys() - changed.all_ids
        for one in gone:
            self._forget(one)
        wanted = (changed.agencies | of_offers | (changed.all_ids - self._nodes.keys())) - gone
        for member in some_members(wanted).values():
            self._forget(member.id)
            self._enter(node_of(member))

    def _enter(self, node: Node) -> None:
        self._nodes[node.id] = node
        self._offers.update((offered.offer_id, node.id) for offered in node.offers)

    def _forget(self, agency_id: uuid.UUID) -> None:
        before = self._nodes.pop(agency_id, None)
        for offered in before.offers if before else ():
            self._offers.pop(offered.offer_id, None)


def network(period: str | None = None) -> Network:
    """The network as it is now, with the flows of a period (None: the newest published)."""
    kept: Graphs = current_app.extensions.setdefault("rujukan_graphs", Graphs())
    return kept.get(period)
