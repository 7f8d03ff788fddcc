"""Every measure is networkx's, and igraph's where it has one: real networks and random ones.

The real ones are search and rescue after seven disasters, 140 organisations (Drabek 1981).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from itertools import pairwise

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.graph.measures.between import betweenness
from referral.graph.measures.cliques import judged, maximal_cliques, some_cliques
from referral.graph.measures.cutting import articulations, bridges
from referral.graph.measures.degrees import (
    centralisation,
    density,
    in_degrees,
    out_degrees,
    reciprocity,
    top_receiver,
    weighted_density,
)
from referral.graph.measures.flowing import least_cut
from referral.graph.measures.reach import NOBODY, SEVERAL, least_minutes, reach
from referral.graph.measures.ties import Ties, core_numbers, isolates, strong_parts, weak_parts
from tests.support.missing import require_shared

EMON = ("Cheyenne", "HurrFrederic", "LakePomona", "MtSi", "MtStHelens", "Texas", "Wichita")


@cache
def _real() -> dict[str, nx.DiGraph]:
    folder = require_shared("data/networks")
    found: dict[str, nx.DiGraph] = defaultdict(nx.DiGraph)
    with (folder / "emon_nodes.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["network"]].add_node(int(row["id"]) - 1)
    with (folder / "emon_edges.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            ends = int(row["source"]) - 1, int(row["target"]) - 1
            found[row["network"]].add_edge(*ends, sent=float(row["frequency"]))
    return dict(found)


@st.composite
def networks(draw: st.DrawFn) -> nx.DiGraph:
    """Small directed graphs with loops now and then: sparse ones, where much hangs on one."""
    size = draw(st.integers(1, 14))
    node = st.integers(0, size - 1)
    made = nx.DiGraph()
    made.add_nodes_from(range(size))
    made.add_edges_from(draw(st.lists(st.tuples(node, node), max_size=3 * size)))
    return made


def _ties(graph: nx.DiGraph) -> Ties:
    # Twice as many rows as edges: what is between the same two is one tie.
    rows = [(*ends, said.get("sent", 1.0) / 2, 5.0) for *ends, said in graph.edges(data=True)]
    return Ties.of(len(graph), [*rows, *rows])  # type: ignore[list-item]


def _plain(graph: nx.DiGraph) -> nx.DiGraph:
    plain: nx.DiGraph = graph.copy()
    plain.remove_edges_from(list(nx.selfloop_edges(graph)))
    return plain


@pytest.mark.parametrize("name", EMON)
def test_real_networks(name: str) -> None:
    assert _real().keys() == set(EMON)
    check_all(_real()[name])


@given(networks())
@settings(max_examples=60)
def test_random_networks(graph: nx.DiGraph) -> None:
    check_all(graph)


def check_all(graph: nx.DiGraph) -> None:
    """All measures of one network beside networkx's and igraph's."""
    ties, plain = _ties(graph), _plain(graph)
    other = igraph.Graph(n=len(plain), edges=list(plain.edges()), directed=True)
    check_betweenness(ties, plain, other)
    check_spread(ties, plain, other)
    check_cutting(ties, nx.Graph(plain), other.as_undirected())
    check_parts(ties, plain, other)


def check_betweenness(ties: Ties, plain: nx.DiGraph, other: igraph.Graph) -> None:
    theirs = nx.betweenness_centrality(plain)
    assert np.allclose(betweenness(ties), [theirs[one] for one in range(len(plain))])
    ours = betweenness(ties, normalised=False, threads=2)
    assert np.allclose(ours, other.betweenness())
    half = range(0, len(plain), 2)
    rest = range(1, len(plain), 2)
    parts = [betweenness(ties, starts=some, normalised=False) for some in (half, rest)]
    assert np.allclose(sum(parts), ours)


def check_spread(ties: Ties, plain: nx.DiGraph, other: igraph.Graph) -> None:
    assert in_degrees(ties).tolist() == [plain.in_degree(one) for one in range(len(plain))]
    assert out_degrees(ties).tolist() == other.outdegree()
    strengths = [plain.in_degree(one, weight="sent") for one in range(len(plain))]
    top = top_receiver(ties)
    assert (top is None) == (sum(strengths) == 0)
    if top is not None:
        assert top.share == pytest.approx(max(strengths) / sum(strengths))
        assert strengths[top.agency] == max(strengths)
    if len(plain) > 1:
        assert density(ties).value == pytest.approx(nx.density(plain))
        assert density(ties).value == pytest.approx(other.density())
        whole = sum(strengths) / (len(plain) * (len(plain) - 1))
        assert weighted_density(ties).value == pytest.approx(whole)
    if plain.number_of_edges():
        assert reciprocity(ties).value == pytest.approx(nx.overall_reciprocity(plain))
        assert reciprocity(ties).value == pytest.approx(other.reciprocity())


def check_cutting(ties: Ties, plain: nx.Graph, other: igraph.Graph) -> None:
    found = articulations(ties)
    assert {it.agency for it in found} == set(nx.articulation_points(plain))
    assert {it.agency for it in found} == set(other.articulation_points())
    assert all(one.cut_off >= two.cut_off for one, two in pairwise(found))
    for it in found:
        part = nx.node_connected_component(plain, it.agency) - {it.agency}
        pieces = nx.connected_components(plain.subgraph(part))
        assert it.cut_off == len(part) - max(map(len, pieces))
    crossed = bridges(ties)
    assert {(it.one, it.other) for it in crossed} == {
        tuple(sorted(edge)) for edge in nx.bridges(plain)
    }
    assert len(crossed) == len(other.bridges())
    for one, two, cut_off in crossed:
        without = plain.copy()
        without.remove_edge(one, two)
        sides = [len(nx.node_connected_component(without, end)) for end in (one, two)]
        assert cut_off == min(sides)


def check_parts(ties: Ties, plain: nx.DiGraph, other: igraph.Graph) -> None:
    for labels, theirs in (
        (weak_parts(ties)[1], nx.weakly_connected_components(plain)),
        (strong_parts(ties)[1], nx.strongly_connected_components(plain)),
    ):
        ours = {frozenset(np.flatnonzero(labels == one).tolist()) for one in set(labels.tolist())}
        assert ours == {frozenset(part) for part in theirs}
    assert set(isolates(ties).tolist()) == set(nx.isolates(plain))
    undirected = nx.Graph(plain)
    core = nx.core_number(undirected)
    assert core_numbers(ties).tolist() == [core[one] for one in range(len(plain))]
    assert core_numbers(ties).tolist() == other.as_undirected().coreness()
    groups = {tuple(sorted(group)) for group in nx.find_cliques(undirected)}
    assert set(maximal_cliques(ties, 1)) == groups
    assert set(some_cliques(ties)) == {group for group in groups if len(group) >= 3}


@given(networks(), st.data())
@settings(max_examples=60)
def test_whom_an_agency_reaches(graph: nx.DiGraph, data: st.DataObject) -> None:
    size = len(graph)
    columns = data.draw(st.lists(st.sets(st.integers(0, size - 1)), min_size=1, max_size=4))
    meets = np.array([[one in column for column in columns] for one in range(size)])
    ties = _ties(graph)
    only = reach(ties, meets).only()
    for one in range(size):
        reached = nx.descendants(graph, one) | {one}
        for column, providers in enumerate(columns):
            found = reached & providers
            said = min(found) if len(found) == 1 else SEVERAL if found else NOBODY
            assert only[one, column] == said
    minutes = least_minutes(ties, ties.minutes, np.array(sorted(columns[0]), dtype=np.int64))
    for one in range(size):
        lengths = nx.single_source_shortest_path_length(graph, one)
        known = [lengths[other] * 5.0 for other in columns[0] if other in lengths]
        assert minutes[one] == min(known, default=np.inf)


@given(networks(), st.data())
@settings(max_examples=60)
def test_the_least_cut(graph: nx.DiGraph, data: st.DataObject) -> None:
    """As small as networkx's, and it does cut."""
    agencies = st.sets(st.integers(0, len(graph) - 1))
    asking, meeting = data.draw(agencies), data.draw(agencies)
    cut = least_cut(_ties(graph), asking, meeting)
    split = nx.DiGraph()
    for one in graph:
        fixed = one in asking and one not in meeting
        split.add_edge(("in", one), ("out", one), **({} if fixed else {"capacity": 1}))
    split.add_edges_from((("out", one), ("in", other)) for one, other in graph.edges())
    split.add_edges_from(("source", ("in", one)) for one in asking)
    split.add_edges_from((("out", one), "sink") for one in meeting)
    split.add_nodes_from(["source", "sink"])
    assert len(cut.agencies) == nx.maximum_flow_value(split, "source", "sink")
    assert set(cut.through) == set(cut.agencies) - meeting
    left = graph.subgraph(set(graph) - set(cut.agencies))
    for one in asking - set(cut.agencies):
        assert not (nx.descendants(left, one) | {one}) & meeting


def test_conventions() -> None:
    star = Ties.between(5, [(0, one) for one in range(1, 5)])
    assert centralisation(out_degrees(star)) == 1.0
    assert centralisation(np.array([2, 2, 2])) == 0.0
    assert centralisation(np.array([0])) == 0.0
    nobody = Ties.between(0, [])
    assert weak_parts(nobody)[0] == 0
    assert len(betweenness(nobody)) == 0
    assert density(nobody) == reciprocity(nobody)
    # Reported, and never scored (domain.md §4.3).
    assert not any(it.scored for it in (density(star), weighted_density(star), reciprocity(star)))
    groups = judged(
        some_cliques(Ties.between(3, [(0, 1), (1, 2), (2, 0)])),
        [frozenset({"K3"}), frozenset({"K3", "S1"}), frozenset({"H4"})],
    )
    assert [(it.members, it.needs, round(it.distinct, 2)) for it in groups] == [
        ((0, 1, 2), 3, 0.67)
    ]
