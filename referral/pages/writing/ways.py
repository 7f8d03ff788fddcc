"""What the form says of the way to whom it asks: soft words beside the receiver, no refusal."""

from __future__ import annotations

import uuid

from agencies.models import Offer
from core.actors import Actor
from referral.queries.drafts import agencies_that_refer
from referral.queries.hops import hop_to, mandate_to
from referral.rules.mandate import DIRECT
from referral.wording.facts import Reader
from referral.wording.routes import PREREQUISITES, needed_first, say_hop, say_mandate


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
    found = mandate_to(sender, offer) if sender else DIRECT
    notes = (say_hop(hop, reader.language), say_mandate(found, reader.tell))
    return {
        "first": [reader.tell(PREREQUISITES[one]) for one in needed_first(hop, found)],
        "ways": [note for note in notes if note],
    }
