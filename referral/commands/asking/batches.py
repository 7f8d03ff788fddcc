"""People who travel together: a batch groups their referrals, and nothing more (domain.md §6B).

Each person has a case, a basis and an answer of their own. There is no command that ends a batch
as one.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from accounts.commands.audit import record
from accounts.rules.rights import Right, holds_for
from agencies.models import Offer
from agencies.rules.needs import Urgency
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, RefusedError, Trouble, refused
from core.i18n import _
from core.keystore import ErasedKeyError
from referral.commands.asking.asking_others import Choice
from referral.commands.asking.drafts import Wanted, draft
from referral.commands.case.cases import open_case
from referral.commands.case.sealing import open_cases_with_phone, open_facts
from referral.commands.consent.consents import record_consent
from referral.commands.moves.sending import send
from referral.models import Batch, CaseFile, Referral
from referral.queries.batches import batch_by_code, batch_ids_taken
from referral.queries.referrals import any_referral_by_code, locked_referral, sides_of
from referral.rules.batches import CODE_START, MOST, NAME_LETTERS, Traveller
from referral.rules.codes import START, new_code
from referral.rules.facts import Facts
from referral.rules.moves import Party
from referral.rules.states import State

NAME_IT = _("Say which flight, ship or bus it is")
TOO_LONG = _("At most %(most)s letters")
NO_AGENCY = _("Choose your agency")
PAST = _("This time is past")
TOO_MANY = _("At most %(most)s people travel in one group")
NO_OFFER = _("There is no such service")
ASKED = _("For this person an agency is asked already")


@dataclass(frozen=True, slots=True)
class Opened:
    """One of a batch whose draft was opened to be matched."""

    code: str
    case_code: str
    facts: Facts
    needs: tuple[str, ...]
    offer_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Result:
    """Whom it was done for, by the codes of the referrals, and why it was not for the others.

    `same_phone`: cases that were opened without the phone of their row, because another open case
    has it."""

    done: tuple[str, ...]
    refused: tuple[tuple[str, Trouble], ...] = ()
    same_phone: tuple[str, ...] = ()


def begin_batch(
    actor: Actor, *, agency_id: uuid.UUID | None, name: str, expected_at: datetime | None
) -> str:
    """Command: begin a group; returns its code. `name` of the flight, never of a person."""
    mine = agency_id and holds_for(actor.grants, Right.REFER, agency_id=agency_id)
    if agency_id is None or not mine or not actor.may_write:
        raise refused("agency", NO_AGENCY)
    if not name.strip():
        raise refused("name", NAME_IT)
    if len(name.strip()) > NAME_LETTERS:
        raise refused("name", TOO_LONG, most=NAME_LETTERS)
    if expected_at is not None and expected_at <= now():
        raise refused("expected_at", PAST)
    batch = Batch(
        code=_free_code(),
        agency_id=agency_id,
        name=name.strip(),
        expected_at=expected_at,
        made_at=now(),
        made_by=actor.account_id,
    )
    db.session.add(batch)
    db.session.flush()
    record_batch(actor, "batch.begun", batch)
    return batch.code


def add_people(
    actor: Actor,
    *,
    code: str,
    people: Sequence[Traveller],
    needs: Sequence[str],
    urgency: Urgency = Urgency.ROUTINE,
) -> Result:
    """Command: a case and a draft for each of these; nobody is asked yet.

    `refused` holds a person's number in the list and why they were not taken; the others are kept.
    A phone that an open case of the agency has already is not kept a second time: the phone of
    one who travels along, stored as theirs, would call the wrong person (domain.md §6B).
    `RefusedError` when they are too many.
    """
    batch = own_batch(actor, code)
    if len(people) + _count(batch) > MOST:
        raise refused("people", TOO_MANY, most=MOST)
    done: list[str] = []
    wrong: list[tuple[str, Trouble]] = []
    same: list[str] = []
    for number, one in enumerate(people, 1):
        try:
            with db.session.begin_nested():
                ruj, without_phone = _add(actor, batch, one, tuple(needs), urgency)
            done.append(ruj)
            if without_phone:
                same.append(without_phone)
        except RefusedError as refusal:
            wrong.append((str(number), refusal.troubles[0]))
    record_batch(actor, "batch.people", batch, added=len(done), refused=len(wrong))
    return Result(tuple(done), tuple(wrong), tuple(same))


def open_people(actor: Actor, *, code: str) -> list[Opened]:
    """Command: those of a batch who are not asked for yet, opened to be matched one by one; that
    they were opened is recorded, case by case. `HiddenError` for a program, which reads nobody."""
    if not actor.strong:
        raise HiddenError
    batch = own_batch(actor, code)
    found = []
    for row in rows_of_batch(batch):
        if row.state is not State.DRAFT or row.asking_id is not None:
            continue
        case = db.session.get_one(CaseFile, row.case_id)
        try:
            facts = open_facts(row.case_id, f"referral/{row.id}/facts", row.facts_sealed)
        except ErasedKeyError:
            continue
        record(
            actor,
            "referral.read",
            agency_id=row.sender_agency_id,
            subject=("case", row.case_id),
            stage="batch",
        )
        needs = tuple(link.need for link in row.needs)
        found.append(Opened(row.code, case.code, facts, needs, row.offer_id))
    return found


def ask_for_people(actor: Actor, *, code: str, choices: Mapping[str, Choice]) -> Result:
    """Command: ask for each of these people (codes of their drafts) the service chosen for them,
    under the basis that they gave; it is recorded for the agency of that service.

    Who cannot be asked for so (a child, of whom the caregiver decides; an agency that is excluded;
    somebody for whom an agency is asked already) is named in `refused`, and the others are asked
    for. `HiddenError` for a code of no one of this batch.
    """
    batch = own_batch(actor, code)
    done: list[str] = []
    wrong: list[tuple[str, Trouble]] = []
    for ruj, choice in choices.items():
        try:
            with db.session.begin_nested():
                _ask_for(actor, batch, ruj, choice)
            done.append(ruj)
        except RefusedError as refusal:
            wrong.append((ruj, refusal.troubles[0]))
    record_batch(actor, "batch.asked", batch, asked=len(done), refused=len(wrong))
    return Result(tuple(done), tuple(wrong))


def _add(
    actor: Actor, batch: Batch, one: Traveller, needs: tuple[str, ...], urgency: Urgency
) -> tuple[str, str]:
    """The code of the draft, and of the case where its phone was left out."""
    person = dict(one.person)
    is_anothers = "phone" in person and open_cases_with_phone(batch.agency_id, person["phone"])
    if is_anothers:
        del person["phone"]
    case_code = open_case(actor, agency_id=batch.agency_id, person=person)
    typed = {**one.typed, "need": list(needs), "urgency": [urgency.value]}
    wanted = Wanted(needs=needs, facts=one.facts, urgency=urgency, typed=typed)
    code = draft(actor, case_code=case_code, wanted=wanted)
    row = any_referral_by_code(code)
    if row is None:
        raise HiddenError
    row.batch_id = batch.id
    db.session.flush()
    return code, case_code if is_anothers else ""


def _ask_for(actor: Actor, batch: Batch, ruj: str, choice: Choice) -> None:
    row = _one_of(actor, batch, ruj)
    offer = db.session.get(Offer, choice.offer_id)
    if offer is None:
        raise refused("offer", NO_OFFER)
    agency_id = offer.service.agency_id
    row.offer_id, row.receiver_agency_id = offer.id, agency_id
    db.session.flush()
    case = db.session.get_one(CaseFile, row.case_id)
    said = replace(choice.given, receiver_agency_id=agency_id)
    consent_id = record_consent(actor, case_code=case.code, given=said)
    send(actor, code=ruj, consent_id=consent_id)


def _one_of(actor: Actor, batch: Batch, ruj: str) -> Referral:
    found = any_referral_by_code(ruj)
    if found is None or found.batch_id != batch.id:
        raise HiddenError
    row = locked_referral(found.id)
    if Party.SENDER not in sides_of(actor, row):
        raise HiddenError
    if row.state is not State.DRAFT or row.asking_id is not None:
        raise refused("state", ASKED)
    return row


def own_batch(actor: Actor, code: str) -> Batch:
    """The batch, locked, for whoever refers for its agency; `HiddenError` for anybody else."""
    batch = batch_by_code(actor, code)
    if batch is None or not actor.may_write:
        raise HiddenError
    locked = select(Batch).where(Batch.id == batch.id).with_for_update(key_share=True)
    return db.session.scalars(locked.execution_options(populate_existing=True)).one()


def rows_of_batch(batch: Batch) -> list[Referral]:
    """Every referral of a batch, by their ids."""
    wanted = select(Referral).where(Referral.batch_id == batch.id).order_by(Referral.id)
    return list(db.session.scalars(wanted))


def _count(batch: Batch) -> int:
    return len({row.case_id for row in rows_of_batch(batch)})


def _free_code() -> str:
    while True:
        code = CODE_START + new_code().removeprefix(START)
        if not batch_ids_taken([code]):
            return code


def record_batch(actor: Actor, action: str, batch: Batch, **facts: int) -> None:
    """Note in the audit of its agency what was done with a batch."""
    record(actor, action, agency_id=batch.agency_id, subject=("batch", batch.id), **facts)
