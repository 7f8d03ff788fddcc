"""The published ways, as maps read them: the one place that knows where they come from.

Maps never count referrals: what is not published does not exist for them.
"""

from __future__ import annotations

from referral.graph.flows import Flows
from referral.queries.flows import published_flows, published_periods


def periods() -> tuple[str, ...]:
    """The periods for which something is published ("2026-Q3", "2026"), newest first."""
    return published_periods()


def flows_in(period: str, need: str | None = None, urgency: str | None = None) -> Flows:
    """The ways of a period, for one need, for one urgency, or all together."""
    return published_flows(period, need=need, urgency=urgency)
