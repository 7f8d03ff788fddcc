"""The sender asks several agencies for one person: one after the other, or at once.

Each alternative is a referral of its own under a basis of its own, a draft until it is asked. What
their answers do to the rest: `commands/asking/cascading.py`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.walls import HANDING
from agencies.models import Offer
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from core.walls import cross
from referral.commands.asking.askings import FILLED, own_referral, record_asking
from referral.commands.asking.cascading import ask_on
from referral.commands.asking.drafts import Wanted, draft
from referral.commands.asking.handing_out import send_draft
from referral.commands.case.sealing import open_facts
from referral.commands.consent.consents import Given, record_consent
from referral.models import Asking, CaseFile, Consent, How, Referral, ReferralMove
from referral.queries.askings import rows_of
from referral.queries.exclusions import is_agency_excluded
from referral.queries.referrals import any_referral_by_code, live_consent, lock_asking
from referral.rules.askings import (
    LONGEST_CHOICE,
    MAY_BEGIN,
    MOST,
    SHORTEST_CHOICE,
    several_at_once,
)
from referral.rules.states import UNANSWERED

NOBODY_CHOSEN = _("Choose at least one agency")
TOO_MANY = _("At most %(most)s agencies are asked for one person")
TWICE = _("This agency is asked for this person already")
EXCLUDED = _("This agency is excluded for this case")
NO_OFFER = _("There is no such service")
ONLY_IN_EMERGENCY = _(
    "Only in an emergency are several asked at the same time. Ask them one after the other."
)
WHICH_MINUTES = _("Say for how many minutes, from %(least)s to %(most)s")
TOO_LATE = _("For this referral nobody else is to be asked any more")
NO_BASIS = _("The basis of this referral holds no more. Ask the person again first.")
MUST_AGREE = _("Ask the person whether these agencies may be asked too")


@dataclass(frozen=True, slots=True)
class Choice:
    """A service to ask, and the basis for its agency as it was given."""

    offer_id: uuid.UUID
    given: Given


def ask_others(
    actor: Actor,
    *,
    code: str,
    choices: Sequence[Choice],
    how: How = How.ONE_BY_ONE,
    choose_minutes: int | None = None,
) -> uuid.UUID:
    """Command: put further agencies behind a sent referral, in this order; returns the asking.

    What `how` and `choose_minutes` say of an asking that has begun already is said anew. With the
    first referral still open, one after the other waits for its answer; where it was declined,
    redirected or expired the next is asked at once. `HiddenError` for what is not the actor's;
    `RefusedError` for what cannot be asked, and as `record_consent`.
    """
    if not choices:
        raise refused("choices", NOBODY_CHOSEN)
    first = own_referral(actor, code)
    if first.state not in MAY_BEGIN and first.asking_id is None:
        raise refused("state", TOO_LATE)
    _check_how(first, how, choose_minutes)
    asking = _asking_for(actor, first)
    if asking.filled_at is not None:
        raise refused("state", FILLED)
    asking.how, asking.stopped_at = how, None
    asking.choose_minutes = choose_minutes if how is How.CHOOSE else None
    known = rows_of(asking.id, lock=True)
    _check_choices(first, known, choices)
    last = max(row.position for row in known)
    for number, choice in enumerate(choices, last + 1):
        _add(actor, asking, first, choice, number)
    db.session.flush()
    record_asking(actor, "asking.others", asking, others=len(choices), how=how.value)
    if how is not How.ONE_BY_ONE or not any(row.state in UNANSWERED for row in known):
        with cross(HANDING):
            ask_on(asking)
    return asking.id


def given_like(referral: Referral, receiver_agency_id: uuid.UUID) -> Given:
    """The basis of a referral, said for another agency in the same way; it ends when that ends.

    `RefusedError` when it holds no more.
    """
    consent = live_consent(referral, now())
    if consent is None:
        # Of what was declined or expired it may still hold, for another agency.
        consent = db.session.get(Consent, referral.consent_id) if referral.consent_id else None
        if consent is None or consent.withdrawn_at is not None or _is_over(consent):
            raise refused("consent", NO_BASIS)
    notes = open_facts(consent.case_id, f"consent/{consent.id}/notes", consent.notes_sealed)
    return Given(
        receiver_agency_id=receiver_agency_id,
        basis=consent.basis,
        giver=consent.giver,
        mode=consent.mode,
        language=consent.language,
        fields=tuple(consent.fields),
        ends_at=consent.ends_at,
        ends_on_arrival=consent.ends_on_arrival,
        copy_given=consent.copy_given,
        assent=consent.assent,
        caregiver_informed=consent.caregiver_informed,
        notes=notes,
    )


def choices_like(
    actor: Actor, *, code: str, offer_ids: Sequence[uuid.UUID], given: Given | None = None
) -> list[Choice]:
    """Services to ask under the same basis: that of the referral, or one about to be recorded."""
    referral = own_referral(actor, code)
    found = []
    for offer_id in dict.fromkeys(offer_ids):
        offer = db.session.get(Offer, offer_id)
        if offer is None:
            raise refused("choices", NO_OFFER)
        agency_id = offer.service.agency_id
        said = given_like(referral, agency_id) if given is None else given
        found.append(Choice(offer_id, replace(said, receiver_agency_id=agency_id)))
    return found


def ask_these(
    actor: Actor,
    *,
    code: str,
    offer_ids: Sequence[uuid.UUID],
    agreed: bool,
    given: Given | None = None,
    how: How = How.ONE_BY_ONE,
    choose_minutes: int | None = None,
) -> uuid.UUID:
    """Command: `ask_others`, each under `given`, or under the basis of the referral itself, to
    which the person has agreed for these agencies too. `RefusedError` without either."""
    if given is None and not agreed:
        raise refused("agreed", MUST_AGREE)
    choices = choices_like(actor, code=code, offer_ids=offer_ids, given=given)
    return ask_others(actor, code=code, choices=choices, how=how, choose_minutes=choose_minutes)


def send_with_others(
    actor: Actor,
    *,
    code: str,
    given: Given,
    mark: str,
    offer_ids: Sequence[uuid.UUID] = (),
    agreed: bool = False,
    how: How = How.ONE_BY_ONE,
    choose_minutes: int | None = None,
) -> ReferralMove:
    """Command: `send_draft`, and say beforehand whom to ask next; each under the same basis.

    `RefusedError` as `send_draft` and `ask_these`; then nothing is sent to anybody.
    """
    move = send_draft(actor, code=code, given=given, mark=mark)
    if offer_ids:
        if not agreed:
            raise refused("agreed", MUST_AGREE)
        choices = choices_like(actor, code=code, offer_ids=offer_ids, given=given)
        ask_others(actor, code=code, choices=choices, how=how, choose_minutes=choose_minutes)
    return move


def _is_over(consent: Consent) -> bool:
    return consent.ends_at is not None and consent.ends_at <= now()


def _check_how(first: Referral, how: How, choose_minutes: int | None) -> None:
    if how is not How.ONE_BY_ONE and not several_at_once(first.urgency):
        raise refused("how", ONLY_IN_EMERGENCY)
    minutes = choose_minutes or 0
    if how is How.CHOOSE and not SHORTEST_CHOICE <= minutes <= LONGEST_CHOICE:
        raise refused("choose_minutes", WHICH_MINUTES, least=SHORTEST_CHOICE, most=LONGEST_CHOICE)


def _asking_for(actor: Actor, first: Referral) -> Asking:
    if first.asking_id is not None:
        found = lock_asking(first.asking_id)
        if found is not None:
            return found
    asking = Asking(
        case_id=first.case_id, agency_id=first.sender_agency_id, started_at=first.started_at
    )
    db.session.add(asking)
    db.session.flush()
    first.asking_id, first.position = asking.id, 0
    db.session.flush()
    return asking


def _check_choices(first: Referral, known: Sequence[Referral], choices: Sequence[Choice]) -> None:
    if len(known) + len(choices) > MOST:
        raise refused("choices", TOO_MANY, most=MOST)
    asked = {row.offer_id for row in known}
    for choice in choices:
        if choice.offer_id in asked:
            raise refused("choices", TWICE)
        asked.add(choice.offer_id)
        if is_agency_excluded(first.case_id, choice.given.receiver_agency_id):
            raise refused("choices", EXCLUDED)


def _add(actor: Actor, asking: Asking, first: Referral, choice: Choice, position: int) -> None:
    """A draft that says what the first one says, under a basis of its own."""
    case = db.session.get_one(CaseFile, first.case_id)
    wanted = Wanted(
        needs=[link.need for link in first.needs],
        facts=open_facts(first.case_id, f"referral/{first.id}/facts", first.facts_sealed),
        urgency=first.urgency,
        urgency_sign=first.urgency_sign,
        receiver_agency_id=choice.given.receiver_agency_id,
        offer_id=choice.offer_id,
        kind=first.kind,
        requested_by=first.requested_by,
        parent_id=first.parent_id,
        bond=first.bond,
    )
    code = draft(actor, case_code=case.code, wanted=wanted)
    row = any_referral_by_code(code)
    if row is None:
        raise HiddenError
    row.asking_id, row.position, row.batch_id = asking.id, position, first.batch_id
    row.consent_id = record_consent(actor, case_code=case.code, given=choice.given)
