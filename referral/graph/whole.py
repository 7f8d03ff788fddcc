"""The graph that people get: a directed, typed multigraph of networkx.

Nodes are agencies (their id) and types of agency (`type:POL`). Edges are typed by `kind` and keyed
by what they are:

- `declared`, between types: the pathway as it is meant. Between agencies a route of n to m would be
  n × m edges (a hundred million for 10,000 agencies of two types); `declared_between` says it of
  two agencies when it is asked.
- `agreement`, between agencies.
- `observed`, between agencies: what was published. `sent` is absent where it is hidden.

Every attribute is a text, a number or a truth, so that all formats can carry it; what is not known
is absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import h3
import networkx as nx

from referral.graph.kept import network
from referral.graph.network import Network
from referral.graph.values import Agreement, Flow, Kind, Node, TypeRoute

Attributes = dict[str, str | int | float | bool]
TYPE = "type:"


def graph(period: str | None = None, *, without_secret: bool = False) -> nx.MultiDiGraph:
    """The graph as it is now, with the flows of a period (None: the newest published).

    It is the caller's own: what they change in it changes nothing else.
    """
    found = network(period)
    return whole(found.without_secret() if without_secret else found)


def whole(of: Network) -> nx.MultiDiGraph:
    """A version of the network as networkx's graph."""
    made = nx.MultiDiGraph(name="Rujukan", period=of.ways.period or "")
    made.add_nodes_from((str(node.id), agency_attributes(node)) for node in of.registered)
    types = {code for route in of.ways.routes for code in (route.from_type, route.to_type)}
    made.add_nodes_from((f"{TYPE}{code}", {"kind": "type", "type": code}) for code in sorted(types))
    made.add_edges_from(_declared(route) for route in of.ways.routes)
    known = {node.id for node in of.registered}
    made.add_edges_from(_agreed(a) for a in of.ways.agreements if {a.sender, a.receiver} <= known)
    made.add_edges_from(_observed(f) for f in of.ways.flows if {f.sender, f.receiver} <= known)
    return made


def declared_between(of: nx.MultiDiGraph, sender: str, receiver: str) -> Mapping[str, Attributes]:
    """The declared routes that lead from one agency to another, by key; empty if none does.

    `KeyError` for an agency that is not in the graph.
    """
    ends = f"{TYPE}{of.nodes[sender]['type']}", f"{TYPE}{of.nodes[receiver]['type']}"
    return dict(of.get_edge_data(*ends, default={}))


def agency_attributes(node: Node) -> Attributes:
    """What a node says of an agency. Of a secret place the cell and its centre, nothing nearer."""
    place = node.place
    known: dict[str, Any] = {
        "kind": "agency",
        "source_key": node.key,
        "name": node.name,
        "type": node.type,
        "tier": node.tier.word,
        "status": node.status.value,
        "needs": " ".join(sorted(node.needs)),
        "free": node.free,
        "district": node.district,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "precision": place.precision if place else None,
        "cell": h3.int_to_str(place.cell) if place and place.cell is not None else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _declared(route: TypeRoute) -> tuple[str, str, str, Attributes]:
    ends = f"{TYPE}{route.from_type}", f"{TYPE}{route.to_type}"
    said = {"need": route.need, "basis": str(route.basis)}
    return (*ends, _key(Kind.DECLARED, route.need, said["basis"]), _edge(Kind.DECLARED, said))


def _agreed(agreement: Agreement) -> tuple[str, str, str, Attributes]:
    until = agreement.until.isoformat() if agreement.until else None
    said = {"need": agreement.need, "basis": str(agreement.basis), "until": until}
    key = _key(Kind.AGREEMENT, agreement.need, said["basis"])
    ends = str(agreement.sender), str(agreement.receiver)
    return (*ends, key, _edge(Kind.AGREEMENT, said))


def _observed(flow: Flow) -> tuple[str, str, str, Attributes]:
    said = {
        "need": flow.need,
        "urgency": flow.urgency,
        "sent": flow.sent,
        "hidden": flow.sent is None,
        "accepted": flow.accepted,
        "minutes": flow.minutes,
    }
    key = _key(Kind.OBSERVED, flow.need, flow.urgency)
    return (str(flow.sender), str(flow.receiver), key, _edge(Kind.OBSERVED, said))


def _key(kind: Kind, *parts: str | None) -> str:
    return ":".join([kind.value, *(part or "any" for part in parts)])


def _edge(kind: Kind, said: Mapping[str, Any]) -> Attributes:
    return {"kind": kind.value, **{name: v for name, v in said.items() if v is not None}}
