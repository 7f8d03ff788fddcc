"""The whole network: on whom it hangs, who is the only one, who is alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from agencies.rules.kinds import ANYONE, PERSONS
from agencies.rules.needs import all_needs
from referral.graph import Network
from referral.graph.flows import HIDDEN, Flows
from referral.graph.long_work import Progress, gatekeeping
from referral.graph.measures.cliques import Clique, judged, some_cliques
from referral.graph.measures.cutting import Articulation, Bridge, articulations, bridges
from referral.graph.measures.degrees import (
    Reported,
    Share,
    centralisation,
    density,
    in_degrees,
    out_degrees,
    reciprocity,
    top_receiver,
    weighted_density,
)
from referral.graph.measures.reach import reach
from referral.graph.measures.ties import (
    Ties,
    core_numbers,
    isolates,
    strong_parts,
    weak_parts,
)
from referral.graph.values import INFORMAL

TOP = 5


class SingleProvider(NamedTuple):
    """One need of one kind of person, for which one agency is the only one.

    `everywhere`: in the whole network; else only in so many `districts`, whose agencies reach
    nobody else by the ways that are practised.
    """

    need: str
    kind: str
    agency: int
    everywhere: bool
    districts: int


class Parts(NamedTuple):
    """How the network falls into parts that no way joins (an agency alone is no part)."""

    sizes: tuple[int, ...]  # the largest first
    strong: int  # agencies of the largest group in which all reach each other


class Informal(NamedTuple):
    """Of the observed ways: how many there are, with family or neighbours, and undeclared ones."""

    observed: int
    with_informal: int
    undeclared: int  # no route and no agreement speaks of them


@dataclass(frozen=True, slots=True)
class Holding:
    """What a coordinator reads in a minute."""

    ways: int  # between two agencies, observed or agreed
    articulations: tuple[Articulation, ...]
    bridges: tuple[Bridge, ...]
    singles: tuple[SingleProvider, ...]
    nobody: tuple[str, ...]  # needs that no agency at all meets
    gatekeepers: tuple[Share, ...] | Progress
    overload: Share | None
    hidden: int  # observed ways whose number of persons is hidden
    centralisation: tuple[float, float]  # in, out
    isolates: tuple[int, ...]
    parts: Parts
    core: tuple[int, int]  # the largest k, and how many agencies are in that core
    groups: tuple[Clique, ...]
    informal: Informal
    density: Reported
    weighted_density: Reported
    reciprocity: Reported


def what_holds(network: Network) -> Holding:
    """All of it, for one version of the network; kept with it, but for what is still worked out."""
    known: Holding | None = network.__dict__.get(_HELD)
    if known is None:
        known = network.__dict__[_HELD] = _held(network)
    return replace(known, gatekeepers=_gatekeepers(network))


_HELD = "what holds it"


def _held(network: Network) -> Holding:
    ties = network.practised
    shape = _shape_of(network)
    return Holding(
        ways=len(ties),
        articulations=shape.articulations,
        bridges=shape.bridges,
        singles=single_providers(network),
        nobody=tuple(need for need in all_needs() if not len(network.meeting(need))),
        gatekeepers=(),
        overload=top_receiver(ties),
        hidden=int((Flows.of(network.ways.flows).sent == HIDDEN).sum()),
        centralisation=(centralisation(in_degrees(ties)), centralisation(out_degrees(ties))),
        isolates=tuple(isolates(ties).tolist()),
        parts=_parts(network),
        core=_core(network),
        groups=judged(_largest(shape.groups), [node.needs for node in network.nodes])[:TOP],
        informal=shape.informal,
        density=density(ties),
        weighted_density=weighted_density(ties),
        reciprocity=reciprocity(ties),
    )


def _largest(groups: tuple[tuple[int, ...], ...]) -> list[tuple[int, ...]]:
    """Those among which the largest are, and all that are as large as the last of these."""
    sizes = sorted((len(group) for group in groups), reverse=True)
    least = sizes[min(TOP, len(sizes)) - 1] if sizes else 0
    return [group for group in groups if len(group) >= least]


class _Shape(NamedTuple):
    """What hangs on the ties alone, and so changes a few times a year and not with every bed."""

    articulations: tuple[Articulation, ...]
    bridges: tuple[Bridge, ...]
    groups: tuple[tuple[int, ...], ...]
    informal: Informal


_shapes: WeakKeyDictionary[Ties, _Shape] = WeakKeyDictionary()


def _shape_of(network: Network) -> _Shape:
    ties = network.practised
    found = _shapes.get(ties)
    if found is None:
        found = _shapes[ties] = _Shape(
            articulations(ties), bridges(ties), some_cliques(ties), _informal(network)
        )
    return found


def single_providers(network: Network) -> tuple[SingleProvider, ...]:
    """Every need, of every kind of person, with exactly one provider: in the whole network first,
    then where only one is reached, by the most districts.

    A kind of person is not named where the same agency is the only one for anybody.
    """
    asked = list(network.providers)
    found = reach(network.practised, network.meets(asked, network.practised))
    by_district = [
        (found.first[some].min(axis=0), found.last[some].max(axis=0))
        for some in network.districts.values()
    ]
    only = np.array(
        [np.where((first == last), first, -1) for first, last in by_district], dtype=np.int64
    ).reshape(len(by_district), len(asked))
    rows = []
    for column, (need, kind) in enumerate(asked):
        agencies, districts = np.unique(only[:, column], return_counts=True)
        counted = dict(zip(agencies.tolist(), districts.tolist(), strict=True))
        counted.pop(-1, None)
        everywhere = network.meeting(need, kind)
        if len(everywhere) == 1:
            one = int(everywhere[0])
            rows.append(SingleProvider(need, kind, one, True, counted.get(one, 0)))
            continue
        rows += [SingleProvider(need, kind, one, False, n) for one, n in counted.items()]
    return _without_repeats(rows)


def _without_repeats(rows: list[SingleProvider]) -> tuple[SingleProvider, ...]:
    for_all = {
        (it.need, it.agency, it.everywhere, it.districts) for it in rows if it.kind == ANYONE
    }
    kinds, codes = list(PERSONS), list(all_needs())
    kept = [
        it
        for it in rows
        if it.kind == ANYONE or (it.need, it.agency, it.everywhere, it.districts) not in for_all
    ]
    return tuple(
        sorted(
            kept,
            key=lambda it: (
                not it.everywhere, -it.districts, codes.index(it.need), kinds.index(it.kind),
                it.agency,
            ),
        )
    )  # fmt: skip


def _gatekeepers(network: Network) -> tuple[Share, ...] | Progress:
    found = gatekeeping(network)
    if isinstance(found, Progress):
        return found
    top = np.argsort(-found, kind="stable")[:TOP].tolist()
    return tuple(Share(one, float(found[one])) for one in top if found[one] > 0)


def _parts(network: Network) -> Parts:
    ties = network.practised
    _number, weak = weak_parts(ties)
    _number, strong = strong_parts(ties)
    sizes = sorted((n for n in np.bincount(weak).tolist() if n > 1), reverse=True)
    return Parts(tuple(sizes), int(np.bincount(strong).max()) if ties.size else 0)


def _core(network: Network) -> tuple[int, int]:
    numbers = core_numbers(network.practised)
    largest = int(numbers.max()) if len(numbers) else 0
    return largest, int((numbers == largest).sum()) if largest else 0


def _informal(network: Network) -> Informal:
    ties, nodes = network.observed, network.nodes
    pairs = list(zip(ties.tails.tolist(), ties.heads.tolist(), strict=True))
    informal = [INFORMAL in (nodes[a].type, nodes[b].type) for a, b in pairs]
    undeclared = [pair not in network.agreed and not network.is_declared(*pair) for pair in pairs]
    return Informal(len(pairs), sum(informal), sum(undeclared))
