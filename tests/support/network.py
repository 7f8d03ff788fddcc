"""Published ways for tests of the maps, in the place of what was published."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import pytest

from referral.rules.flows import Flow

PERIOD = "2026-Q3"


def flow(
    sender: uuid.UUID,
    receiver: uuid.UUID,
    sent: int | None,
    accepted: float | None = None,
    minutes: float | None = None,
) -> Flow:
    """A published way for all needs and urgencies together."""
    return Flow(sender, receiver, None, None, sent, accepted, minutes)


def publish(monkeypatch: pytest.MonkeyPatch, flows: Sequence[Flow]) -> None:
    """These ways are published for `PERIOD`, and nothing else is."""

    def flows_in(
        period: str, need: str | None = None, urgency: str | None = None
    ) -> tuple[Flow, ...]:
        asked = (need, urgency)
        return tuple(f for f in flows if period == PERIOD and (f.need, f.urgency) == asked)

    monkeypatch.setattr("maps.queries.ways.flows_in", flows_in)
    monkeypatch.setattr("maps.pages.network_map.periods", lambda: (PERIOD,))
