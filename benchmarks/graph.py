"""Measures of a large network beside networkx and igraph, on the same network, taking turns."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from itertools import accumulate
from random import Random
from typing import NamedTuple

import igraph
import networkx as nx
import numpy as np

from benchmarks.page import spell, table
from referral.graph.measures.between import betweenness
from referral.graph.measures.cutting import articulations, bridges
from referral.graph.measures.flowing import least_cut
from referral.graph.measures.ties import Ties

AGENCIES, WAYS = 10_000, 50_000
DISTRICT = 5  # agencies to a district
NEIGHBOURS = 60  # how far most of them refer
SAMPLE = 64  # starts from which networkx walks; ours walks from the same ones, and from all
ROUNDS = 3


class DifferentMeasuresError(Exception):
    """Two ways to measure the same network do not agree: nothing that was measured counts."""


class Measured(NamedTuple):
    """Seconds of each."""

    ours: float
    networkx: float
    igraph: float


def make_network(agencies: int = AGENCIES, ways: int = WAYS, seed: int = 1) -> Ties:
    """Most ways are short, in a region; some lead to the few whom everybody knows; a tenth of the
    agencies has one way only, so that there is something to cut.
    """
    random = Random(seed)
    pairs = [(one, _near(one, agencies, random)) for one in range(0, agencies, 10)]
    others = [one for one in range(agencies) if one % 10]
    fame = list(accumulate(1.0 / (at + 1) for at in range(len(others))))
    known = random.choices(others, cum_weights=fame, k=ways)
    while len(pairs) < ways:
        one = random.choice(others)
        near = random.random() < 0.8
        other = _near(one, agencies, random) if near else known[len(pairs)]
        if other % 10 and one != other:
            pairs.append((one, other))
    return Ties.between(agencies, pairs)


def _near(one: int, agencies: int, random: Random) -> int:
    return (one + random.choice((-1, 1)) * random.randint(1, NEIGHBOURS)) % agencies


def measure(agencies: int = AGENCIES) -> str:
    """The section. Every answer must be the same, whoever gives it."""
    ties = make_network(agencies, agencies * WAYS // AGENCIES)
    directed = _networkx(ties)
    plain = nx.Graph(directed)
    other_directed = igraph.Graph(n=ties.size, edges=list(directed.edges()), directed=True)
    other = other_directed.as_undirected()
    making = _seconds(lambda: _fresh(ties).undirected, ROUNDS)[0]
    _made = ties.undirected
    rows = {
        "bridges": _bridges(ties, plain, other),
        "articulation agencies": _articulations(ties, plain, other),
        f"betweenness, {SAMPLE} starts": _between(ties, directed, other_directed),
        "largest flow, a district to a need": _flow(ties, directed),
    }
    whole = _seconds(lambda: betweenness(ties, threads=os.cpu_count() or 1))[0]
    return _section(ties, rows, whole, making)


def _networkx(ties: Ties) -> nx.DiGraph:
    made = nx.DiGraph()
    made.add_nodes_from(range(ties.size))
    made.add_edges_from(zip(ties.tails.tolist(), ties.heads.tolist(), strict=True))
    return made


def _seconds(work: Callable[[], object], rounds: int = 1) -> tuple[float, object]:
    """The best of some rounds, and the answer."""
    spent, found = [], None
    for _ in range(rounds):
        started = time.perf_counter()
        found = work()
        spent.append(time.perf_counter() - started)
    return min(spent), found


def _fresh(ties: Ties) -> Ties:
    """The same without what was made of it before: each round pays for everything."""
    return Ties(ties.size, ties.tails, ties.heads, ties.sent, ties.minutes)


def _must_agree(one: object, other: object) -> None:
    if one != other:
        raise DifferentMeasuresError


def _bridges(ties: Ties, plain: nx.Graph, other: igraph.Graph) -> Measured:
    ours, found = _seconds(lambda: {(it.one, it.other) for it in bridges(ties)}, ROUNDS)
    theirs, said = _seconds(lambda: {tuple(sorted(edge)) for edge in nx.bridges(plain)}, ROUNDS)
    third, number = _seconds(lambda: len(other.bridges()), ROUNDS)
    _must_agree(found, said)
    _must_agree(len(bridges(ties)), number)
    return Measured(ours, theirs, third)


def _articulations(ties: Ties, plain: nx.Graph, other: igraph.Graph) -> Measured:
    ours, found = _seconds(lambda: {it.agency for it in articulations(ties)}, ROUNDS)
    theirs, said = _seconds(lambda: set(nx.articulation_points(plain)), ROUNDS)
    third, too = _seconds(lambda: set(other.articulation_points()), ROUNDS)
    _must_agree(found, said)
    _must_agree(found, too)
    return Measured(ours, theirs, third)


def _between(ties: Ties, directed: nx.DiGraph, other: igraph.Graph) -> Measured:
    """From the same starts; networkx from all of them would take many minutes."""
    starts = sorted(Random(2).sample(range(ties.size), SAMPLE))
    threads = os.cpu_count() or 1
    ours, found = _seconds(
        lambda: betweenness(_fresh(ties), starts=starts, normalised=False, threads=threads), ROUNDS
    )

    def theirs() -> dict[int, float]:
        result: dict[int, float] = nx.betweenness_centrality_subset(
            directed, starts, list(directed), normalized=False
        )
        return result

    spent, said = _seconds(theirs)
    third, too = _seconds(lambda: other.betweenness(sources=starts, targets=range(ties.size)))
    for answer in ([said[one] for one in range(ties.size)], too):  # type: ignore[index]
        if not np.allclose(np.asarray(found), np.asarray(answer)):
            raise DifferentMeasuresError
    return Measured(ours, spent, third)


def _flow(ties: Ties, directed: nx.DiGraph) -> Measured:
    """How many agencies must stop until a district's agencies reach none of sixty houses."""
    asking = set(range(AGENCIES // 20, AGENCIES // 20 + DISTRICT))
    meeting = set(Random(3).sample(range(ties.size), 60)) - asking
    ours, found = _seconds(lambda: len(least_cut(_fresh(ties), asking, meeting).agencies), ROUNDS)
    split = nx.DiGraph()
    for one in directed:
        split.add_edge(one, ("out", one), **({} if one in asking else {"capacity": 1}))
    split.add_edges_from((("out", one), other) for one, other in directed.edges())
    split.add_edges_from(("source", one) for one in asking)
    split.add_edges_from((("out", one), "sink") for one in meeting)
    theirs, said = _seconds(lambda: nx.maximum_flow_value(split, "source", "sink"))
    names = {name: at for at, name in enumerate(split)}
    room = [said.get("capacity", ties.size) for *_ends, said in split.edges(data=True)]
    other = igraph.Graph(
        n=len(names), edges=[(names[a], names[b]) for a, b in split.edges()], directed=True
    )
    third, too = _seconds(lambda: other.maxflow_value(names["source"], names["sink"], room), ROUNDS)
    _must_agree(found, said)
    _must_agree(float(str(found)), too)
    return Measured(ours, theirs, third)


def _section(ties: Ties, rows: dict[str, Measured], whole: float, making: float) -> str:
    shown = [
        [what, spell(it.ours), spell(it.networkx), spell(it.igraph), f"{it.networkx / it.ours:.0f}"]
        for what, it in rows.items()
    ]
    return (
        f"## Measures of a network of {ties.size:,} agencies and {len(ties):,} ways\n\n"
        "All on graphs that they hold already; ours is made of columns once for all measures in "
        f"{spell(making)}, and of an articulation agency it says how many are cut off, too. "
        "networkx's betweenness and flow once, the others the best of "
        f"{ROUNDS}. networkx walks from {SAMPLE} starts, because from all of them it would take "
        f"{spell(rows[f'betweenness, {SAMPLE} starts'].networkx * ties.size / SAMPLE)}; ours from "
        f"all of them takes {spell(whole)}.\n\n"
        + table(["measure", "ours", "networkx", "igraph", "networkx, times ours"], shown)
    )
