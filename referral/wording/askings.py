"""The ways of asking several agencies, in words."""

from __future__ import annotations

from typing import Any

from core.i18n import Say, _, decimal
from referral.models import How
from referral.queries.alternatives import Proposed
from referral.rules.askings import CHOOSE_MINUTES

HOW_WORDS: dict[How, str] = {
    How.ONE_BY_ONE: _("One after the other"),
    How.AT_ONCE: _("All at the same time: the first who accepts has it"),
    How.CHOOSE: _("All at the same time, and I choose among the answers"),
}
HOW_SHORT: dict[How, str] = {
    How.ONE_BY_ONE: _("One after the other: silence or a decline asks the next."),
    How.AT_ONCE: _("All at the same time: the first who accepts has it."),
    How.CHOOSE: _("All at the same time: you choose among those who accept."),
}
KM_AWAY = _("%(km)s km from the first")
FREE = _("%(number)s free")
ASK_FIRST = _("ask first")
MINUTES = _("%(number)s minutes after the first acceptance")


def proposals_view(found: list[Proposed], tell: Say) -> list[tuple[str, str, str]]:
    """Services as choices: id, name, and what speaks for them."""
    return [(str(one.offer_id), f"{one.agency}: {one.service}", _hint(one, tell)) for one in found]


def ways_view(tell: Say, *, several: bool) -> dict[str, Any]:
    """The ways of asking; one only where it is no emergency."""
    return {
        "hows": [(how.value, tell(words)) for how, words in HOW_WORDS.items()] if several else [],
        "minutes": [(str(one), tell(MINUTES, number=one)) for one in CHOOSE_MINUTES],
    }


def _hint(one: Proposed, tell: Say) -> str:
    said = []
    if one.km is not None:
        said.append(tell(KM_AWAY, km=decimal(one.km, 1)))
    if one.free is not None:
        said.append(tell(FREE, number=one.free))
    if one.ask_first:
        said.append(tell(ASK_FIRST))
    return " · ".join(said)
