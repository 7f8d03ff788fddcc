"""The published ways, as maps read them: the one place that knows where they come from.

Maps never count referrals: what is not published does not exist for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from referral.rules.flows import Flow

_PUBLISHED = "referral.queries.flows"


def periods() -> tuple[str, ...]:
    """The periods for which something is published ("2026-Q3", "2026"), newest first."""
    return tuple(_ask("published_periods", ()))


def flows_in(period: str, need: str | None = None, urgency: str | None = None) -> tuple[Flow, ...]:
    """The ways of a period, for one need or all together, one urgency or all together."""
    found: Iterable[Flow] = _ask("published_flows", (period,), need=need, urgency=urgency)
    return tuple(flow for flow in found if (flow.need, flow.urgency) == (need, urgency))


def _ask(name: str, values: tuple[str, ...], **named: str | None) -> Iterable[Any]:
    # An installation that publishes nothing has no such shelf, and so no ways.
    if find_spec(_PUBLISHED) is None:
        return ()
    read: Callable[..., Iterable[Any]] = getattr(import_module(_PUBLISHED), name)
    return read(*values, **named)
