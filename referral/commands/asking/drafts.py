"""Drafts of referrals: made of a case, changed until they are sent."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds_for
from agencies.models import Agency, Offer
from agencies.rules.needs import Urgency, all_needs
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, RefusedError, Trouble, refused
from core.i18n import _
from core.ids import new_id
from referral.commands.case.cases import change_person_fields, open_case
from referral.commands.case.sealing import open_facts, person_of, seal_facts
from referral.models import Bond, CaseFile, Kind, Referral, ReferralNeed
from referral.queries.cases import any_case_by_code
from referral.queries.referrals import any_referral_by_code, locked_referral
from referral.rules.facts import person_in, tidy_facts, too_long_facts
from referral.rules.person import marks
from referral.rules.referral_codes import new_referral_code
from referral.rules.states import State

TOO_LONG = _("At most %(most)s letters")
NO_SUCH_NEED = _("There is no such need")
NO_SUCH_AGENCY = _("There is no such agency")
WRONG_FACTS = _("The facts about the person cannot be so")
NO_SUCH_CASE = _("Your agency has no open case of this code")

# Among what was typed: the case was opened with this draft, so the draft may write its person.
CASE_IS_NEW = "case_is_new"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a referral is to say. `facts` are those of `rules/facts.py`."""

    needs: Sequence[str]
    facts: Mapping[str, Any]
    urgency: Urgency = Urgency.ROUTINE
    urgency_sign: str | None = None
    receiver_agency_id: uuid.UUID | None = None
    offer_id: uuid.UUID | None = None
    kind: Kind = Kind.REFER
    requested_by: datetime | None = None
    parent_id: uuid.UUID | None = None
    bond: Bond | None = None
    typed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Whose:
    """Of whom: the open case of a code, or else a new one of an agency.

    `person` is what the form says of a new case's person (fields of `rules/person.py`); what it
    does not name stays as the case has it.
    """

    case_code: str = ""
    agency_id: uuid.UUID | None = None
    person: Mapping[str, str] = field(default_factory=dict)


def keep_draft(actor: Actor, *, draft_id: uuid.UUID, whose: Whose, wanted: Wanted) -> str:
    """Command: keep a draft as it is typed, again and again; returns its code.

    `draft_id` is made with the empty form, so that saving twice makes one draft. The case is
    chosen once: what is sealed belongs to its key. `HiddenError` for what is no draft of the
    actor's agency; `RefusedError` for what cannot be, on `case_code` for a case that is not open.
    """
    found = db.session.get(Referral, draft_id)
    if found is None:
        return _begin_draft(actor, draft_id, whose, wanted)
    referral = locked_referral(found.id)
    must_be_own_draft(actor, referral)
    typed = typed_in(referral)
    if CASE_IS_NEW in typed:
        wanted = replace(wanted, typed={**wanted.typed, CASE_IS_NEW: typed[CASE_IS_NEW]})
        _keep_person(actor, referral, whose)
    is_same = wanted.typed == typed
    _write(referral, wanted)
    db.session.flush()
    if not is_same:
        _record(actor, "referral.draft_changed", referral)
    return referral.code


def _begin_draft(actor: Actor, draft_id: uuid.UUID, whose: Whose, wanted: Wanted) -> str:
    if whose.case_code:
        case = any_case_by_code(whose.case_code)
        mine = case and holds_for(actor.grants, Right.REFER, agency_id=case.agency_id)
        if case is None or not mine or case.closed_at or case.erased_at:
            raise refused("case_code", NO_SUCH_CASE)
        return draft(actor, case_code=case.code, wanted=wanted, own_id=draft_id)
    # That the agency knows the phone already is said on the form: a suggestion, never a merge.
    code = open_case(
        actor, agency_id=whose.agency_id, person=whose.person, although_same_phone=True
    )
    wanted = replace(wanted, typed={**wanted.typed, CASE_IS_NEW: ["1"]})
    return draft(actor, case_code=code, wanted=wanted, own_id=draft_id)


def _keep_person(actor: Actor, referral: Referral, whose: Whose) -> None:
    case = db.session.get_one(CaseFile, referral.case_id)
    if case.closed_at is None:
        before = person_of(case)
        known = {**before, **whose.person}
        change_person_fields(
            actor,
            code=case.code,
            person=known,
            seen=marks(before),
            although_same_phone=True,  # said on the form, as when the case is opened
        )


def delete_draft(actor: Actor, *, code: str) -> None:
    """Command: a draft is gone, its papers too; its case stays. `HiddenError` for any other."""
    referral = own_draft(actor, code)
    _record(actor, "referral.draft_deleted", referral)
    db.session.delete(referral)
    db.session.flush()


def own_draft(actor: Actor, code: str) -> Referral:
    """The draft of that code of the actor's agency, locked. `HiddenError` for any other."""
    found = any_referral_by_code(code)
    if found is None:
        raise HiddenError
    referral = locked_referral(found.id)
    must_be_own_draft(actor, referral)
    return referral


def must_be_own_draft(actor: Actor, referral: Referral) -> None:
    """`HiddenError` for what is no draft, or of another agency, or without a second factor.

    Nor for what waits to be asked next: it says what the first referral of its asking says, and
    is changed on that page (`commands/asking/askings.py`).
    """
    mine = holds_for(actor.grants, Right.REFER, agency_id=referral.sender_agency_id)
    is_draft = referral.state is State.DRAFT and referral.asking_id is None
    if not mine or not actor.strong or not is_draft:
        raise HiddenError


def typed_in(referral: Referral) -> dict[str, Any]:
    """What was typed into a draft, by the names of the form: lists of texts."""
    return open_facts(referral.case_id, f"referral/{referral.id}/typed", referral.typed_sealed)


def draft(actor: Actor, *, case_code: str, wanted: Wanted, own_id: uuid.UUID | None = None) -> str:
    """Command: write a draft of a referral of a case; returns its code.

    `HiddenError` for a case of another agency; `RefusedError` for what cannot be.
    """
    case = _case(actor, case_code)
    moment = now()
    referral = Referral(
        id=own_id or new_id(),
        code=_free_code(),
        case_id=case.id,
        sender_agency_id=case.agency_id,
        made_at=moment,
        made_by=actor.account_id,
        moved_at=moment,
    )
    db.session.add(referral)
    db.session.flush()
    _write(referral, wanted)
    db.session.flush()
    _record(actor, "referral.drafted", referral, needs=len(wanted.needs))
    return referral.code


def _record(actor: Actor, action: str, referral: Referral, **facts: Any) -> None:
    record(
        actor,
        action,
        agency_id=referral.sender_agency_id,
        subject=("referral", referral.id),
        urgency=referral.urgency.value,
        **facts,
    )


def _write(referral: Referral, wanted: Wanted) -> None:
    facts = tidy_facts(wanted.facts)
    _check(facts, wanted)
    referral.receiver_agency_id = wanted.receiver_agency_id or _agency_of(wanted.offer_id)
    referral.offer_id = wanted.offer_id
    referral.kind, referral.urgency = wanted.kind, wanted.urgency
    referral.urgency_sign = wanted.urgency_sign
    referral.requested_by = wanted.requested_by
    referral.parent_id, referral.bond = wanted.parent_id, wanted.bond
    _put_needs(referral, tuple(dict.fromkeys(wanted.needs)))
    where = f"referral/{referral.id}"
    referral.facts_sealed = seal_facts(referral.case_id, f"{where}/facts", facts)
    referral.typed_sealed = seal_facts(referral.case_id, f"{where}/typed", wanted.typed)


def _put_needs(referral: Referral, codes: tuple[str, ...]) -> None:
    """Rows that stay keep their place in the table: a need stands once in a referral."""
    known = {link.need: link for link in referral.needs}
    referral.needs = [known.get(code) or ReferralNeed(need=code) for code in codes]
    for position, link in enumerate(referral.needs):
        link.position = position


def _check(facts: dict[str, Any], wanted: Wanted) -> None:
    wrong = [Trouble(name, TOO_LONG, (("most", most),)) for name, most in too_long_facts(facts)]
    if any(code not in all_needs() for code in wanted.needs):
        wrong.append(Trouble("needs", NO_SUCH_NEED))
    if wanted.receiver_agency_id and db.session.get(Agency, wanted.receiver_agency_id) is None:
        wrong.append(Trouble("receiver", NO_SUCH_AGENCY))
    try:
        person_in(facts)
    except (ValueError, TypeError):
        wrong.append(Trouble("facts", WRONG_FACTS))
    if wrong:
        raise RefusedError(*wrong)


def _agency_of(offer_id: uuid.UUID | None) -> uuid.UUID | None:
    if offer_id is None:
        return None
    offer = db.session.get(Offer, offer_id)
    if offer is None:
        raise refused("receiver", NO_SUCH_AGENCY)
    return offer.service.agency_id


def _case(actor: Actor, code: str) -> CaseFile:
    case = any_case_by_code(code)
    if case is None or not holds_for(actor.grants, Right.REFER, agency_id=case.agency_id):
        raise HiddenError
    return case


def _free_code() -> str:
    code = new_referral_code()
    while any_referral_by_code(code) is not None:
        code = new_referral_code()
    return code
