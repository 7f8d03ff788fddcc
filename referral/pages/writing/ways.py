"""What the form says of the way to whom it asks: soft words beside the receiver, no refusal."""

from __future__ import annotations

import uuid

from agencies.models import Offer
from core.actors import Actor
from referral.queries.drafts import agencies_that_refer
from referral.queries.hops import hop_to, mandate_to
from referral.rules.hops import Hop
from referral.rules.mandate import Mandate, Reach
from referral.rules.routes import Prerequisite
from referral.wording.facts import Reader
from referral.wording.routes import PREREQUISITES, say_hop, say_mandate


def way_to(
    actor: Actor,
    sender_id: uuid.UUID | None,
    offer: Offer,
    needs: tuple[str, ...],
    reader: Reader,
) -> dict[str, list[str]]:
    """`first`: what the way needs first; `ways`: what else is to be known of it.

    From the agency that was chosen, or the only one for which the actor refers.
    """
    agencies = [own_id for own_id, _name in agencies_that_refer(actor)]
    sender = sender_id if sender_id in agencies else None
    if sender is None and len(agencies) == 1:
        sender = agencies[0]
    hop = hop_to(actor, sender, offer, needs)
    found = mandate_to(sender, offer) if sender else Mandate(Reach.DIRECT)
    note = say_hop(hop, reader.language).note
    return {
        "first": [reader.tell(PREREQUISITES[one]) for one in _first(hop, found)],
        "ways": [word for word in (note, say_mandate(found, reader.tell)) if word],
    }


def _first(hop: Hop, found: Mandate) -> list[Prerequisite]:
    return [one for one in Prerequisite if one in hop.first or one in found.first]
