"""Observed ways: who refers to whom, as far as it is published."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import lru_cache

from referral.queries.published import Published, publication
from referral.queries.published import published_periods as published_periods
from referral.rules.coarse import middle
from referral.rules.flows import Flow
from referral.rules.published import TYPES

ACCEPTED, MINUTES = "share/accepted/sender/receiver", "minutes/decided/sender/receiver"


def published_flows(
    period: str, *, need: str | None = None, urgency: str | None = None
) -> tuple[Flow, ...]:
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
        return ()
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


def _all(found: Published) -> tuple[Flow, ...]:
    shares, minutes = found.figures(ACCEPTED), found.figures(MINUTES)
    agency = lru_cache(maxsize=None)(uuid.UUID)  # each stands on many ways
    flows = []
    for (sender, receiver), sent in found.counts("flow").cells.items():
        share, time = shares.of(sender, receiver), minutes.of(sender, receiver)
        flows.append(
            Flow(
                agency(sender),
                agency(receiver),
                None,
                None,
                sent,
                None if sent is None or share is None else middle(*share),
                None if sent is None or time is None else middle(*time),
            )
        )
    return tuple(flows)


def _narrow(
    found: Published, table: str, need: str | None, urgency: str | None
) -> tuple[Flow, ...]:
    wanted = need or urgency
    return tuple(
        Flow(uuid.UUID(sender), uuid.UUID(receiver), need, urgency, sent, None, None)
        for (sender, receiver, label), sent in found.counts(table).cells.items()
        if label == wanted
    )
