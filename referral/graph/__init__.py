"""The graph of who may refer, and does refer, to whom. `docs/graph.md` says how to use it.

`graph()` is what people get: a `networkx.MultiDiGraph`, for notebooks and files. `network()` is the
same as columns, for measures (`referral.graph.measures`) and maps. Both are of one version of the
data: registry, routes and agreements, and the published flows of a period.
"""

from __future__ import annotations

from referral.graph.kept import network
from referral.graph.network import Network
from referral.graph.values import Flow, Kind, Node, Ways
from referral.graph.ways import bring_ways
from referral.graph.whole import graph, whole

__all__ = ["Flow", "Kind", "Network", "Node", "Ways", "bring_ways", "graph", "network", "whole"]
