"""Scorecards in words."""

from __future__ import annotations

from typing import Any

from core.i18n import Say, _
from maps.queries.indicators.scorecards import Card
from maps.rules.fairness import Share, Steps
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


def share_view(share: Share | Steps | None, tell: Say) -> dict[str, Any] | None:
    """A share: the fair estimate, its range, and what was counted; of hidden counts the steps."""
    if share is None:
        return None
    low, high = f"{100 * share.low:.0f}", f"{100 * share.high:.0f}"
    seen: dict[str, Any] = {"low": share.low, "high": share.high, "fair": share.fair}
    if isinstance(share, Steps):
        words = tell(_("%(low)s to %(high)s %%"), low=low, high=high)
        return seen | {"words": words, "told": tell(_("the numbers themselves are hidden"))}
    told = tell(
        _("%(part)s of %(whole)s; the true share is likely between %(low)s and %(high)s %%"),
        part=share.part,
        whole=share.whole,
        low=low,
        high=high,
    )
    return seen | {"words": f"{100 * share.fair:.0f} %", "told": told}
