"""How urgent: the rule that suggests it (domain.md §2.5). The worker decides; the rule is shown."""

from __future__ import annotations

from dataclasses import dataclass

from agencies.rules.needs import Urgency, default_urgency


def _(message: str) -> str:
    return message


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that is so or not; it makes a referral at least so urgent."""

    name: str
    urgency: Urgency
    words: str  # a message id


SIGNS: tuple[Sign, ...] = (
    Sign("threat", Urgency.EMERGENCY, _("Life or safety is in danger if not helped now")),
    Sign("assault", Urgency.EMERGENCY, _("Assault within the last 72 hours")),
    Sign("suicidal", Urgency.EMERGENCY, _("May harm themselves")),
    Sign("child_alone", Urgency.EMERGENCY, _("A child alone with nowhere safe tonight")),
    Sign("perpetrator_near", Urgency.EMERGENCY, _("The perpetrator or trafficker is near")),
    Sign("acute", Urgency.EMERGENCY, _("Acute illness or late pregnancy")),
    Sign("danger_soon", Urgency.URGENT, _("Danger within days")),
    Sign("placement_ends", Urgency.URGENT, _("The present place ends within 72 hours")),
    Sign("hearing", Urgency.URGENT, _("A hearing or examination within 3 days")),
    Sign("medication_ends", Urgency.URGENT, _("Medication runs out")),
)
SIGNS_BY_NAME = {sign.name: sign for sign in SIGNS}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An urgency and the sign that asks for it; without a sign the needs' own default."""

    urgency: Urgency
    sign: Sign | None


def suggest(signs: tuple[str, ...], needs: tuple[str, ...]) -> Suggestion:
    """The urgency that the signs (by name) and needs (by code) suggest. `KeyError`: unknown one."""
    found = [SIGNS_BY_NAME[name] for name in signs]
    for urgency in (Urgency.EMERGENCY, Urgency.URGENT):
        sign = next((sign for sign in found if sign.urgency is urgency), None)
        if sign is not None:
            return Suggestion(urgency, sign)
    return Suggestion(default_urgency(needs) if needs else Urgency.ROUTINE, None)
