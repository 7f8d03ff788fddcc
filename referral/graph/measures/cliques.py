"""Groups in which everybody is tied to everybody, and how well they complement each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from referral.graph.measures.ties import Ties

SMALLEST = 3
MOST = 20_000  # groups that are looked at; a network with more says nothing by them


class Clique(NamedTuple):
    """A group, and the share of the needs met in it that one member alone meets there.

    Partners who trust each other offer distinct services for similar clients (domain.md §4.3): 1 is
    a group in which nobody doubles another, 0 one in which everything is met twice.
    """

    members: tuple[int, ...]
    needs: int  # how many needs the group meets together
    distinct: float


def maximal_cliques(ties: Ties, smallest: int = SMALLEST) -> Iterator[tuple[int, ...]]:
    """Every group of at least so many to which nobody can be added, ties without direction.

    Like networkx's `find_cliques`, one start after the other in order of the fewest neighbours
    left, so that sparse networks are quick (Eppstein, Löffler and Strash).
    """
    graph = ties.undirected
    near: list[set[int]] = [set(graph.neighbors(one)) for one in range(ties.size)]
    place = {one: at for at, one in enumerate(_fewest_first(near))}
    for one, at in place.items():
        later = {other for other in near[one] if place[other] > at}
        yield from _grown([one], later, near[one] - later, near, smallest)


def _grown(
    group: list[int], may: set[int], not_now: set[int], near: Sequence[set[int]], smallest: int
) -> Iterator[tuple[int, ...]]:
    if not may and not not_now:
        if len(group) >= smallest:
            yield tuple(sorted(group))
        return
    if len(group) + len(may) < smallest:
        return
    pivot = max(may | not_now, key=lambda one: len(near[one] & may))
    for one in sorted(may - near[pivot]):
        yield from _grown([*group, one], may & near[one], not_now & near[one], near, smallest)
        may = may - {one}
        not_now = not_now | {one}


def _fewest_first(near: Sequence[set[int]]) -> list[int]:
    left = [len(some) for some in near]
    shelves: list[set[int]] = [set() for _ in range(max(left, default=0) + 1)]
    for one, number in enumerate(left):
        shelves[number].add(one)
    order: list[int] = []
    gone = [False] * len(near)
    low = 0
    while len(order) < len(near):
        low = next(at for at in range(max(low - 1, 0), len(shelves)) if shelves[at])
        one = min(shelves[low])
        shelves[low].discard(one)
        gone[one] = True
        order.append(one)
        for other in near[one]:
            if not gone[other]:
                shelves[left[other]].discard(other)
                left[other] -= 1
                shelves[left[other]].add(other)
    return order


def some_cliques(ties: Ties, most: int = MOST) -> tuple[tuple[int, ...], ...]:
    """The groups of the network; of one with more than `most` only so many are looked at."""
    return tuple(islice(maximal_cliques(ties), most))


def judged(
    groups: Iterable[tuple[int, ...]], needs: Sequence[frozenset[str]]
) -> tuple[Clique, ...]:
    """The largest groups first, then those that complement each other best.

    `needs`: what each agency meets.
    """
    found = [_judged(group, needs) for group in groups]
    return tuple(sorted(found, key=lambda it: (-len(it.members), -it.distinct, it.members)))


def _judged(group: tuple[int, ...], needs: Sequence[frozenset[str]]) -> Clique:
    met = Counter(need for one in group for need in needs[one])
    alone = sum(number == 1 for number in met.values())
    return Clique(group, len(met), alone / len(met) if met else 0.0)
