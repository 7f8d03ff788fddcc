"""Observed ways: who refers to whom, as far as it is published."""

from __future__ import annotations

import uuid
from functools import lru_cache

from referral.queries.published import Published, publication
from referral.queries.published import published_periods as published_periods
from referral.rules.coarse import middle
from referral.rules.flows import Flow

ACCEPTED, MINUTES = "share/accepted/sender/receiver", "minutes/decided/sender/receiver"


def published_flows(
    period: str, *, need: str | None = None, urgency: str | None = None
) -> tuple[Flow, ...]:
    """The ways of a period (`2026-Q3`, `2026`); of a need or of an urgency, not of both.

    Of all together every way that was used is there, its number hidden where few went; of one
    need or urgency only those that are shown. Nothing for a period that is not published.
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
