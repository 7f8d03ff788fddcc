"""For each of a batch: what is known of them that matches, and who could take them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import gettext

from agencies.rules.needs import Urgency
from core.actors import Actor
from referral.commands.asking.batches import Opened
from referral.models import Batch
from referral.pages.referrals.common import settings
from referral.queries.alternatives import Proposed, alternatives_to
from referral.queries.exclusions import excluded_agencies
from referral.queries.referrals import any_referral_by_code
from referral.rules.facts import person_in
from referral.wording.facts import Reader, lines_of

SHOWN = ("sex", "age", "children")


def to_match(actor: Actor, one: Opened, batch: Batch, reader: Reader) -> dict[str, Any]:
    """A person as the page of places shows them: codes, what matches, and services to choose."""
    known = {name: one.facts[name] for name in SHOWN if name in one.facts}
    return {
        "code": one.code,
        "case_code": one.case_code,
        "facts": " · ".join(line.text for line in lines_of(known, reader)),
        "options": [
            (str(found.offer_id), _option(found)) for found in _proposed(actor, one, batch)
        ],
    }


def _proposed(actor: Actor, one: Opened, batch: Batch) -> list[Proposed]:
    """Each person's own find: by their sex, age and children."""
    referral = any_referral_by_code(one.code)
    return alternatives_to(
        actor,
        needs=one.needs,
        person=person_in(one.facts),
        urgency=referral.urgency if referral else Urgency.ROUTINE,
        first_offer_id=None,
        but_for={batch.agency_id} | (excluded_agencies(referral.case_id) if referral else set()),
        beds_fresh_for=timedelta(hours=settings().beds_fresh_hours),
    )


def _option(found: Proposed) -> str:
    name = f"{found.agency}: {found.service}"
    return (
        name
        if found.free is None
        else gettext("%(name)s (%(free)s free)", name=name, free=found.free)
    )
