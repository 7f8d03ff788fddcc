"""Two agencies and their people, and a referral between them, through the same commands."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from accounts.models import Account
from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from agencies.models import Offer
from agencies.rules.needs import Urgency
from core.actors import Actor
from core.db import write
from referral.commands.asking.drafts import Wanted, draft
from referral.commands.case.cases import open_case
from referral.commands.consent.consents import Given, record_consent
from referral.commands.moves.answering import Promise, accept
from referral.commands.moves.sending import send
from tests.factories import WELCOMES_ALL, make_offer
from tests.support.people import make_account

NAME, PHONE = "Melati Canary", "0812-0000-1111"
A_WOMAN = {"sex": "female", "age": 27, "danger": "high", "reason": "Needs a bed tonight"}


@dataclass(slots=True)
class Two:
    """A sending and a receiving agency; `offer` is what is asked, with some places."""

    sender_id: uuid.UUID
    receiver_id: uuid.UUID
    offer: Offer
    worker: Account
    clerk: Account
    case_code: str

    @property
    def sending(self) -> Actor:
        """A worker of the sender, with a second factor."""
        return actor_of(self.worker, strong=True)

    @property
    def answering(self) -> Actor:
        """A clerk of the receiver, with a second factor."""
        return actor_of(self.clerk, strong=True)

    @property
    def pool_id(self) -> uuid.UUID:
        """The first pool of what is asked."""
        return self.offer.pools[0].id

    def promise(self, **more: Any) -> Promise:
        """Ibu Rini takes them in, and a place of the first pool is held."""
        return Promise(**{"person": "Ibu Rini", "pool_id": self.pool_id, **more})


def make_two(*, beds: tuple[int, int] | None = (3, 1), **offer: Any) -> Two:
    """Two agencies, a worker, a clerk, and an open case of a person with a name and a phone."""
    ours = make_offer(needs="P6")
    theirs = make_offer(beds=beds, **{**WELCOMES_ALL, **offer})
    sender_id, receiver_id = ours.service.agency_id, theirs.service.agency_id
    worker = make_account(Role.WORKER, agency_id=sender_id, name="Sari")
    clerk = make_account(Role.INTAKE, agency_id=receiver_id, name="Rini")
    person = {"name": NAME, "phone": PHONE, "birth_year": "1999"}
    actor = actor_of(worker, strong=True)
    code = write(open_case, actor, agency_id=sender_id, person=person)
    return Two(sender_id, receiver_id, theirs, worker, clerk, code)


def make_draft(two: Two, **wanted: Any) -> str:
    """A draft of a referral, to the receiver's offer unless said otherwise."""
    said: dict[str, Any] = {"needs": ("S1",), "facts": A_WOMAN, "urgency": Urgency.EMERGENCY}
    said |= {"offer_id": two.offer.id}
    return write(draft, two.sending, case_code=two.case_code, wanted=Wanted(**{**said, **wanted}))


def make_consent(two: Two, **given: Any) -> uuid.UUID:
    """A consent for the receiver that releases name and phone."""
    said: dict[str, Any] = {"receiver_agency_id": two.receiver_id, "fields": ("name", "phone")}
    return write(
        record_consent, two.sending, case_code=two.case_code, given=Given(**{**said, **given})
    )


def make_sent(two: Two, **wanted: Any) -> str:
    """A referral that was sent."""
    code = make_draft(two, **wanted)
    write(send, two.sending, code=code, consent_id=make_consent(two))
    return code


def make_accepted(two: Two, **wanted: Any) -> str:
    """A referral that was accepted, with a place held."""
    code = make_sent(two, **wanted)
    write(accept, two.answering, code=code, promise=two.promise())
    return code
