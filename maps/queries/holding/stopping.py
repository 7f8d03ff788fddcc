"""If this agency stopped tonight: who is stranded, what is lost, how much longer the rest takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from agencies.rules.kinds import ANYONE
from core.earth import MOST_BENT, positions
from referral.graph import Network
from referral.graph.measures.degrees import in_degrees, out_degrees
from referral.graph.measures.reach import least_minutes, reach
from referral.graph.measures.ties import Indexes, Numbers, Ties, weak_parts


class Lost(NamedTuple):
    """A need of a kind of person that is met nowhere any more, or not for these districts."""

    need: str
    kind: str
    everywhere: bool
    districts: tuple[str, ...]  # which reached a provider before, and none after


class Longer(NamedTuple):
    """A need that others meet too, and what it takes then."""

    need: str
    others: int  # agencies that still meet it
    next: int | None  # the nearest of them to this agency; None where no place is known
    km: float | None  # to it, in a straight line between published places
    districts: int  # for how many districts this agency was the nearest
    more_km: float | None  # how much farther these have it then, on average
    agencies: int  # for how many agencies the quickest way ends or passes here
    more_minutes: float | None  # how much longer theirs takes then, on average


@dataclass(frozen=True, slots=True)
class Stopped:
    """What follows. `stranded`: agencies cut off from the largest part of what is left."""

    agency: int
    senders: int
    receivers: int
    share: float | None  # of all persons sent, as far as published, who came here
    stranded: tuple[int, ...]
    lost: tuple[Lost, ...]
    longer: tuple[Longer, ...]
    minutes_known: bool  # whether times between agencies were published at all


def if_stopped(network: Network, agency: int) -> Stopped:
    """What would follow if an agency (by its number) stopped tonight."""
    ties = network.practised
    after = ties.without(agency)
    sent = float(ties.sent.sum())
    received = float(ties.sent[ties.heads == agency].sum())
    return Stopped(
        agency,
        int(in_degrees(ties)[agency]),
        int(out_degrees(ties)[agency]),
        received / sent if sent > 0 else None,
        _stranded(ties, after, agency),
        _lost(network, after, agency),
        tuple(_longer(network, after, agency)),
        bool(np.isfinite(ties.minutes).any()),
    )


def _stranded(ties: Ties, after: Ties, agency: int) -> tuple[int, ...]:
    """Of its own part of the network, those outside the largest piece that is left."""
    _number, before = weak_parts(ties)
    _number, pieces = weak_parts(after)
    others = np.flatnonzero(before == before[agency])
    others = others[others != agency]
    if not len(others):
        return ()
    largest = np.bincount(pieces[others]).argmax()
    return tuple(others[pieces[others] != largest].tolist())


def _lost(network: Network, after: Ties, agency: int) -> tuple[Lost, ...]:
    asked = list(network.providers)
    ties = network.practised
    meets = network.meets(asked, ties)
    without = meets.copy()
    without[agency] = False
    before, then = reach(ties, meets), reach(after, without)
    codes = list(network.districts)
    reached = _by_district(network, before.last), _by_district(network, then.last)
    rows = []
    for column, (need, kind) in enumerate(asked):
        gone = np.flatnonzero(reached[0][:, column] & ~reached[1][:, column])
        everywhere = bool(meets[agency, column]) and not without[:, column].any()
        if everywhere or len(gone):
            rows.append(Lost(need, kind, everywhere, tuple(codes[at] for at in gone)))
    for_all = {(it.need, it.everywhere, it.districts) for it in rows if it.kind == ANYONE}
    kept = [
        it
        for it in rows
        if it.kind == ANYONE or (it.need, it.everywhere, it.districts) not in for_all
    ]
    return tuple(sorted(kept, key=lambda it: (not it.everywhere, -len(it.districts), it.need)))


def _by_district(
    network: Network, last: np.ndarray[tuple[int, ...], np.dtype[np.int32]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    rows = [(last[some] >= 0).any(axis=0) for some in network.districts.values()]
    return np.array(rows, dtype=bool).reshape(len(rows), last.shape[1])


def _longer(network: Network, after: Ties, agency: int) -> list[Longer]:
    """Of every need that it meets and others do too, then of those to which it passes people."""
    found = []
    weights = _minutes(network.practised), _minutes(after)
    for need, kind in network.providers:
        if kind != ANYONE:
            continue
        meeting = network.meeting(need)
        others = meeting[meeting != agency]
        minutes = _more_minutes(network.practised, after, weights, meeting, others)
        if not len(others) or (len(others) == len(meeting) and not minutes[0]):
            continue
        km = _more_km(network, meeting, others, agency)
        found.append(Longer(need, len(others), *km, *minutes))
    own = {need for need, kind in network.nodes[agency].takes if kind == ANYONE}
    return sorted(found, key=lambda it: (it.need not in own, -it.agencies, -it.districts, it.need))


def _minutes(ties: Ties) -> Numbers | None:
    """Minutes of each tie; where none are published, the median of those that are."""
    known = ties.minutes[np.isfinite(ties.minutes)]
    if not len(known):
        return None
    usual = float(np.median(known))
    return np.maximum(np.where(np.isfinite(ties.minutes), ties.minutes, usual), 1.0)


def _more_minutes(
    before: Ties,
    after: Ties,
    weights: tuple[Numbers | None, Numbers | None],
    meeting: Indexes,
    others: Indexes,
) -> tuple[int, float | None]:
    if weights[0] is None or weights[1] is None:
        return 0, None
    was = least_minutes(before, weights[0], meeting)
    then = least_minutes(after, weights[1], others)
    longer = np.isfinite(was) & np.isfinite(then) & (then > was)
    if not longer.any():
        return 0, None
    return int(longer.sum()), float((then - was)[longer].mean())


def _more_km(
    network: Network, meeting: Indexes, others: Indexes, agency: int
) -> tuple[int | None, float | None, int, float | None]:
    """The next provider and how far it is; for how many districts, how much farther on average."""
    where = network.positions
    placed = others[np.isfinite(where[others, 0])]
    if not len(placed) or not np.isfinite(where[agency, 0]):
        return None, None, 0, None
    tree = cKDTree(positions(where[placed, 0], where[placed, 1]))
    own = positions(where[[agency], 0], where[[agency], 1])
    chord, at = tree.query(own)
    nearest, km = int(placed[at[0]]), float(_bent(chord)[0])
    centres = _centres(network)
    if agency not in set(meeting.tolist()) or not len(centres):
        return nearest, km, 0, None
    more = _bent(tree.query(centres)[0]) - _bent(np.linalg.norm(centres - own, axis=1))
    farther = more[more > 0]
    if not len(farther):
        return nearest, km, 0, None
    return nearest, km, len(farther), float(farther.mean())


def _centres(network: Network) -> Numbers:
    """Where the agencies of each district are in the middle, by their published places."""
    where = network.positions
    rows = [np.nanmean(where[some], axis=0) for some in network.districts.values()]
    centres = np.array(rows, dtype=float).reshape(-1, 2)
    return positions(centres[:, 0], centres[:, 1])


def _bent(chords: Numbers) -> Numbers:
    """The way over the ground for straight lines through it, in km."""
    half = np.minimum(chords / (2.0 * MOST_BENT), 1.0)
    found: Numbers = 2.0 * MOST_BENT * np.arcsin(half)
    return found
