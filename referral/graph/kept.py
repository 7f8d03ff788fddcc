"""The graph of a process: made when first asked for, read again where something changed.

What a version is made of: the registry's generation (which agencies changed is written down with
it), the routes and agreements, and the published period. Nothing of a graph that was given out is
altered afterwards: a changed agency makes a new one that shares all the others.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from flask import current_app

from agencies.queries.members import RegistryVersion
from agencies.queries.roll import Roll, made_of_each, roll
from referral.graph.network import Network
from referral.graph.values import Node, node_of
from referral.graph.ways import ways_source

MOST_PERIODS = 8


class Graphs:
    """The agencies as they are now, and the networks of the periods that were asked for."""

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._lock = threading.Lock()
        self._roll: Roll | None = None
        self._sorted: tuple[Node, ...] = ()
        self._networks: OrderedDict[str | None, Network] = OrderedDict()

    def get(self, period: str | None) -> Network:
        """The network with the flows of a period (None: the newest that was published)."""
        source = ways_source()
        if period is None:
            period = next(iter(source.periods()), None)
        with self._lock:
            version = (self._read(), period, source.version(period))
            known = self._networks.get(period)
            if known is None or known.version != version:
                made = Network(version, self._sorted, source.ways(period))
                known = self._networks[period] = made.like(known) if known else made
            self._networks.move_to_end(period)
            if len(self._networks) > MOST_PERIODS:
                self._networks.popitem(last=False)
            return known

    def _read(self) -> RegistryVersion:
        now = roll()
        if now is not self._roll:
            self._sorted = tuple(made_of_each("nodes", now, node_of).values())
            self._roll = now
        return now.version


def network(period: str | None = None) -> Network:
    """The network as it is now, with the flows of a period (None: the newest published)."""
    kept: Graphs = current_app.extensions.setdefault("rujukan_graphs", Graphs())
    return kept.get(period)
