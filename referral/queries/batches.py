"""Reads of batches: who goes where, by codes and states alone. Nothing sealed is opened."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from accounts.rules.rights import Right, holds_for
from agencies.models import Agency, Offer, Service
from core.actors import Actor
from core.clock import now
from core.db import db
from referral.models import Batch, CaseFile, Consent, Referral
from referral.queries.referrals import is_live
from referral.rules.states import ARRIVED, BEFORE_ARRIVAL, PROMISED, UNANSWERED, State

MOST = 100
# What the overview counts, in the order in which it says it.
GROUPS: dict[str, frozenset[State]] = {
    "not asked": frozenset({State.DRAFT}),
    "asked": UNANSWERED,
    "accepted": PROMISED,
    "did not come": frozenset({State.NO_SHOW}),
    "handed over": ARRIVED | {State.COMPLETED, State.CLOSED},
    "diverted": frozenset({State.DIVERTED}),
    "needs another agency": frozenset({State.DECLINED, State.REDIRECTED, State.EXPIRED}),
    "called off": frozenset({State.CANCELLED, State.IN_ERROR}),
}
# Where somebody sees of them what they agreed to.
_SEEN = (BEFORE_ARRIVAL | ARRIVED) - {State.DRAFT}


@dataclass(frozen=True, slots=True)
class ListedBatch:
    """A batch as the list shows it."""

    code: str
    name: str
    expected_at: datetime | None
    arrived_at: datetime | None
    people: int


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One of a batch: codes, whom it asks, and where it stands. `is_to_be_asked`: what they had
    agreed to has ended while they are on the way or there (domain.md §6B 1)."""

    referral: Referral
    case_code: str
    agency: str
    service: str
    is_to_be_asked: bool


def batch_by_code(actor: Actor, code: str) -> Batch | None:
    """The batch, if it exists and the actor refers for its agency. The ways of None are one."""
    found = db.session.scalars(select(Batch).where(Batch.code == code.strip().upper()))
    batch = found.one_or_none()
    if batch is None or not holds_for(actor.grants, Right.REFER, agency_id=batch.agency_id):
        return None
    return batch


def batches_of(actor: Actor) -> list[ListedBatch]:
    """The batches of the agencies for which the actor refers, the latest first."""
    mine = [one for one in actor.agencies if holds_for(actor.grants, Right.REFER, agency_id=one)]
    people = (
        select(func.count(Referral.case_id.distinct()))
        .where(Referral.batch_id == Batch.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Batch, people).where(Batch.agency_id.in_(mine)).order_by(Batch.made_at.desc())
        .limit(MOST)
    )  # fmt: skip
    return [
        ListedBatch(batch.code, batch.name, batch.expected_at, batch.arrived_at, count)
        for batch, count in rows
    ]


def people_of(batch: Batch) -> list[ListedPerson]:
    """Every referral of a batch, person by person; alternatives that wait are left out."""
    rows = db.session.execute(
        select(Referral, CaseFile.code, Agency.name, Service.name, Consent)
        .join(CaseFile, CaseFile.id == Referral.case_id)
        .outerjoin(Agency, Agency.id == Referral.receiver_agency_id)
        .outerjoin(Offer, Offer.id == Referral.offer_id)
        .outerjoin(Service, Service.id == Offer.service_id)
        .outerjoin(Consent, Consent.id == Referral.consent_id)
        .where(Referral.batch_id == batch.id)
        .order_by(CaseFile.opened_at, CaseFile.id, Referral.position, Referral.id)
    )
    return [
        ListedPerson(row, case_code, agency or "", service or "", _is_to_be_asked(row, consent))
        for row, case_code, agency, service, consent in rows
        if row.state is not State.DRAFT or row.asking_id is None
    ]


def counted(people: Sequence[ListedPerson]) -> dict[str, int]:
    """How many people stand where, each person once, by the farthest that one of theirs came."""
    order = ["handed over", "did not come", "accepted", "asked", "diverted"]
    order += [name for name in GROUPS if name not in order]
    by_person: dict[uuid.UUID, set[str]] = {}
    for one in people:
        by_person.setdefault(one.referral.case_id, set()).add(_group_of(one.referral.state))
    tally = Counter(next(g for g in order if g in found) for found in by_person.values())
    return {name: tally[name] for name in GROUPS if tally[name]}


def batch_ids_taken(codes: Sequence[str]) -> frozenset[str]:
    """Which of these codes a batch has already."""
    return frozenset(db.session.scalars(select(Batch.code).where(Batch.code.in_(codes))))


def _is_to_be_asked(row: Referral, consent: Consent | None) -> bool:
    if consent is None or row.state not in _SEEN or consent.withdrawn_at is not None:
        return False
    return not is_live(consent, row, now())


def _group_of(state: State) -> str:
    return next(name for name, states in GROUPS.items() if state in states)
