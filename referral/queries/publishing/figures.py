"""Medians, tails and shares, said coarsely (`rules/coarse.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from referral.queries.log import Log
from referral.queries.protecting import Ints
from referral.queries.publishing.ground import Ground
from referral.rules.coarse import (
    OTHERS,
    OTHERS_OF_JOURNEYS,
    PERSONS,
    PERSONS_OF_TAIL,
    share_around,
    steps_around,
)

Bools = NDArray[np.bool_]
By = tuple[str, ...]

ALL: By = ()
FLOW: By = ("sender", "receiver")
MINUTES: dict[str, tuple[By, ...]] = {
    "acknowledged": (ALL, ("urgency",), ("receiver",)),
    "decided": (ALL, ("urgency",), ("receiver",), ("need",), ("area",), FLOW),
    "handed_over": (ALL, ("urgency",), ("receiver",), ("need",)),
}
_WIDE: tuple[By, ...] = (ALL, ("urgency",), ("receiver",), ("need",), ("group",), ("area",))
SHARES: dict[str, tuple[By, ...]] = {
    "accepted": (*_WIDE, FLOW),  # of the answered
    "expired": _WIDE,  # of the sent
    "arrived": _WIDE,  # of the accepted
    "no_show": _WIDE,  # of the accepted
    "feedback": _WIDE,  # return referrals, of the sent
    "met": _WIDE,  # need met, of the sent
    "lost": _WIDE,  # lost contact, of the return referrals
}
JOURNEYS: dict[str, tuple[By, ...]] = {
    "bounced": (ALL, ("receiver",)),  # sent straight back, of the sent
    "asked_twice": (ALL, ("need",)),  # of persons with a need
    "asked_thrice": (ALL, ("need",)),
    "refused_thrice": (ALL, ("need",)),
}


@dataclass(frozen=True, slots=True)
class _Rows:
    """What a figure is made of: in which group each row is, whose it is, and who is in it."""

    key: Ints
    person: Ints
    row: Ints  # of the log


def figures_of(log: Log, ground: Ground) -> dict[str, Any]:
    """All figures of a period by their name."""
    found: dict[str, Any] = {}
    for name, ways in MINUTES.items():
        minutes = log.minutes(name)
        for by in ways:
            rows = _rows(ground, by, minutes >= 0)
            values = minutes[rows.row]
            found[_name("minutes", name, by)] = _said(ground, by, _spreads(rows, values, 0.5))
            if by in (ALL, ("urgency",), ("receiver",)):
                tails = _spreads(rows, values, 0.9)
                found[_name("ninety", name, by)] = _said(ground, by, tails)
    for name, part, whole, others in _shares(log, ground):
        for by in (SHARES | JOURNEYS)[name]:
            rows = _journeys(ground, by, whole) if name in _OF_PERSONS else _rows(ground, by, whole)
            found[_name("share", name, by)] = _said(ground, by, _parts(rows, part, others))
    return found


_OF_PERSONS = ("asked_twice", "asked_thrice", "refused_thrice")


def _name(kind: str, name: str, by: By) -> str:
    return "/".join((kind, name, *by))


def _shares(log: Log, ground: Ground) -> Iterator[tuple[str, Bools, Bools, int]]:
    columns = ground.records.columns
    decision, arrival, outcome = columns["decision"], columns["arrival"], columns["outcome"]
    every, accepted, answered = np.ones(len(log), bool), decision == 0, decision <= 2
    yield "accepted", accepted, answered, OTHERS
    yield "expired", decision == 3, every, OTHERS
    yield "arrived", arrival == 1, accepted, OTHERS
    yield "no_show", arrival == 2, accepted, OTHERS
    yield "feedback", outcome > 0, every, OTHERS
    yield "met", outcome == 1, every, OTHERS
    yield "lost", outcome == 4, outcome > 0, OTHERS
    yield "bounced", _bounced(log), every, OTHERS_OF_JOURNEYS
    refused = np.isin(decision, (1, 3))
    yield "asked_twice", _at_least(ground, every, 2), every, OTHERS_OF_JOURNEYS
    yield "asked_thrice", _at_least(ground, every, 3), every, OTHERS_OF_JOURNEYS
    yield "refused_thrice", _at_least(ground, refused, 3), every, OTHERS_OF_JOURNEYS


def _bounced(log: Log) -> Bools:
    """Sent on by whoever got the person, straight to whoever had sent them."""
    back = np.zeros(len(log), bool)
    child = np.nonzero(log.parent >= 0)[0]
    parent = log.parent[child]
    there = (log.receiver[child] == log.sender[parent]) & (
        log.sender[child] == log.receiver[parent]
    )
    back[parent[there]] = True
    return back


def _at_least(ground: Ground, among: Bools, number: int) -> Bools:
    """Of each referral whether its person was asked for so often, with the same first need."""
    records = ground.records
    first = records.members["need"][:, 0] if len(records) else np.zeros(0, np.int64)
    journey = records.person * (len(ground.labels["need"]) + 1) + first + 1
    _seen, at = np.unique(journey, return_inverse=True)
    often = np.bincount(at[among], minlength=int(at.max(initial=-1)) + 1) >= number
    found: Bools = often[at] if len(records) else np.zeros(0, bool)
    return found


def _rows(ground: Ground, by: By, whole: Bools) -> _Rows:
    records = ground.records
    row = np.nonzero(whole)[0]
    key = np.zeros(len(row), np.int64)
    for name in by:
        if name in records.columns:
            key = key * len(ground.labels[name]) + records.columns[name][row]
        else:
            several = records.members[name][row]
            at, place = np.nonzero(several >= 0)
            row, key = row[at], key[at] * len(ground.labels[name]) + several[at, place]
    return _Rows(key, records.person[row], row)


def _journeys(ground: Ground, by: By, whole: Bools) -> _Rows:
    """One row for each person in each group."""
    rows = _rows(ground, by, whole)
    span = int(rows.person.max(initial=-1)) + 1
    _seen, first = np.unique(rows.key * span + rows.person, return_index=True)
    return _Rows(rows.key[first], rows.person[first], rows.row[first])


def _groups(rows: _Rows, persons: int) -> Iterator[tuple[int, slice, Ints]]:
    """Each group with enough persons: its key, and where it lies in the given order."""
    order = np.argsort(rows.key, kind="stable")
    keys, starts, sizes = np.unique(rows.key[order], return_index=True, return_counts=True)
    for at in np.nonzero(sizes >= persons)[0]:
        here = slice(int(starts[at]), int(starts[at] + sizes[at]))
        if len(np.unique(rows.person[order[here]])) >= persons:
            yield int(keys[at]), here, order


def _spreads(rows: _Rows, values: Ints, share: float) -> Iterator[tuple[int, Any]]:
    persons = PERSONS if share == 0.5 else PERSONS_OF_TAIL
    for key, here, order in _groups(rows, persons):
        inside = np.sort(values[order[here]])
        at = share * (len(inside) - 1)
        low, high = int(at) - OTHERS, int(np.ceil(at)) + OTHERS
        yield key, steps_around(float(inside[low]), float(inside[min(high, len(inside) - 1)]))


def _parts(rows: _Rows, part: Bools, others: int) -> Iterator[tuple[int, Any]]:
    for key, here, order in _groups(rows, PERSONS):
        inside = part[rows.row[order[here]]]
        yield key, share_around(int(inside.sum()), len(inside), others)


def _said(ground: Ground, by: By, found: Iterable[tuple[int, Any]]) -> dict[str, Any]:
    """Figures with their labels' codes; what says too little is left out."""
    kept = [(key, steps) for key, steps in found if steps is not None]
    rest = np.asarray([key for key, _steps in kept], np.int64)
    codes: list[list[int]] = []
    for name in reversed(by):
        rest, code = np.divmod(rest, len(ground.labels[name]))
        codes.insert(0, code.tolist())
    return {
        "columns": list(by),
        "keys": codes,
        "low": [low for _key, (low, _high) in kept],
        "high": [high for _key, (_low, high) in kept],
    }
