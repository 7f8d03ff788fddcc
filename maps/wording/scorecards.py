"""Scorecards in words."""

from __future__ import annotations

from typing import Any

from core.i18n import Say, _
from maps.queries.indicators.scorecards import Card
from maps.rules.fairness import Share
from maps.wording.readings import reading_words

TOO_FEW = _("too few to say")


def card_view(card: Card, name: str, url: str, tell: Say) -> dict[str, Any]:
    """A scorecard: each share with the range in which the true one lies."""
    return {
        "name": name,
        "url": url,
        "received": tell(_("fewer than 5, or hidden")) if card.received is None else card.received,
        "accepted": share_view(card.accepted, tell),
        "silent": share_view(card.silent, tell),
        "decided": reading_words(card.decided, tell),
    }


def share_view(share: Share | None, tell: Say) -> dict[str, Any] | None:
    """A share: the fair estimate, its range, and what was counted."""
    if share is None:
        return None
    return {
        "low": share.low,
        "high": share.high,
        "fair": share.fair,
        "words": f"{100 * share.fair:.0f} %",
        "told": tell(
            _("%(part)s of %(whole)s; the true share is likely between %(low)s and %(high)s %%"),
            part=share.part,
            whole=share.whole,
            low=f"{100 * share.low:.0f}",
            high=f"{100 * share.high:.0f}",
        ),
    }
