"""Observed ways: who refers to whom, as far as it is published."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from referral.graph.flows import HIDDEN, NO_FLOWS, NOBODY, Floats, Flows, Ints
from referral.queries.published import Codes, Published, publication
from referral.queries.published import published_periods as published_periods
from referral.rules.coarse import middle
from referral.rules.published import TYPES

ACCEPTED, MINUTES = "share/accepted/sender/receiver", "minutes/decided/sender/receiver"


def published_flows(period: str, *, need: str | None = None, urgency: str | None = None) -> Flows:
    """The ways of a period (`2026-Q3`, `2026`); of a need or of an urgency, not of both.

    Of all together those that were used are there, the number hidden where few went; not all of
    them (`tells_all_ways`). Of one need or urgency only those that are shown. Nothing for a
    period that is not published.
    `ValueError` for both.
    """
    if need is not None and urgency is not None:
        raise ValueError("counts by need and urgency at once are not published")
    found = publication(period)
    if found is None or found.is_withheld:
        return NO_FLOWS
    if need is not None:
        return found.once(f"ways/{need}", lambda: _narrow(found, "flow_need", need, None))
    if urgency is not None:
        return found.once(f"ways/{urgency}", lambda: _narrow(found, "flow_urgency", None, urgency))
    return found.once("ways", lambda: _all(found))


def tells_all_ways(period: str) -> bool:
    """Whether a way between two agencies that is not among the published ones was not used.

    So it is only where all together are asked for, and by older rules; else few may have gone.
    """
    found = publication(period) if period else None
    return found is not None and not found.is_withheld and not found.counts("flow").is_quiet


def published_types(period: str) -> tuple[Mapping[tuple[str, str], int | None], bool]:
    """How many went from one type of agency to another (None: some), and whether that is all.

    None for what is not published, and of a period of older rules, which had no such table.
    """
    found = publication(period) if period else None
    if found is None or found.is_withheld or TYPES not in found.names():
        return {}, tells_all_ways(period)
    table = found.counts(TYPES)
    cells = {(sender, receiver): count for (sender, receiver), count in table.cells.items()}
    return cells, not table.is_quiet


def _all(found: Published) -> Flows:
    """A share and a time are told only where the number is."""
    table = found.codes("flow")
    shares, minutes = (_middles(found, name, table) for name in (ACCEPTED, MINUTES))
    is_told = table.counts != HIDDEN
    ends = found.once("ends", lambda: _ends(table))
    return Flows(
        ends.ids,
        table.keys[0],
        ends.receivers[table.keys[1]],
        table.counts,
        np.where(is_told, shares, np.nan),
        np.where(is_told, minutes, np.nan),
    )


def _narrow(found: Published, name: str, need: str | None, urgency: str | None) -> Flows:
    table = found.codes(name)
    labels, wanted = table.labels[2], need or urgency or ""
    here = table.keys[2] == (labels.index(wanted) if wanted in labels else NOBODY)
    ends = found.once("ends", lambda: _ends(table))
    untold = np.full(int(here.sum()), np.nan)
    return Flows(
        ends.ids,
        table.keys[0][here],
        ends.receivers[table.keys[1][here]],
        table.counts[here],
        untold,
        untold,
        need=need,
        urgency=urgency,
    )


class _Ends(NamedTuple):
    """The agencies at both ends of a publication's ways, and where each receiver is among them."""

    ids: tuple[uuid.UUID, ...]
    receivers: Ints


def _ends(table: Codes) -> _Ends:
    place = {label: at for at, label in enumerate(table.labels[0])}
    receivers = [place.setdefault(label, len(place)) for label in table.labels[1]]
    return _Ends(tuple(uuid.UUID(label) for label in place), np.array(receivers, dtype=np.int64))


def _middles(found: Published, name: str, table: Codes) -> Floats:
    """Of each way the middle of a figure; NaN where there is none."""
    figures = found.figure_codes(name)
    size = len(table.labels[1])
    own, theirs = (keys[0] * size + keys[1] for keys in (table.keys, figures.keys))
    told = np.array([middle(*one) for one in figures.between], dtype=float)
    order = np.argsort(theirs)
    at = np.searchsorted(theirs[order], own)
    at[at == len(order)] = 0
    middles = np.full(len(own), np.nan)
    if len(order):
        same = theirs[order[at]] == own
        middles[same] = told[order[at[same]]]
    return middles
