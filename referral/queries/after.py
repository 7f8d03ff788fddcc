"""What a worker has still to do after the answer: follow-ups, and return referrals to read."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import Select, bindparam, select

from accounts.rules.rights import Right
from core.actors import Actor
from core.asking import ask, spelt_once
from core.db import db
from core.rows import find_object
from referral.models import CaseFile, FollowUp, HandOver, Reached, Referral, ReturnReferral
from referral.queries.listed import agencies_with
from referral.rules.reasons import Outcome
from referral.rules.states import State

MOST = 100
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Due:
    """A follow-up of a list: codes and times, nothing of the person."""

    id: uuid.UUID
    code: str
    case: str
    step: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Unread:
    """A return referral that nobody of the sender has read."""

    code: str
    outcome: Outcome
    next_date: date | None
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """A follow-up of one referral, done or to come."""

    id: uuid.UUID
    step: str
    due_at: datetime
    done_at: datetime | None
    found: Reached | None


def follow_ups_of(actor: Actor, moment: datetime) -> list[Due]:
    """The tasks of the actor's agencies that are due, or will be within a week; by time."""
    wanted = (
        select(FollowUp, Referral.code, CaseFile.code)
        .join(Referral, Referral.id == FollowUp.referral_id)
        .join(CaseFile, CaseFile.id == FollowUp.case_id)
        .where(
            FollowUp.agency_id.in_(agencies_with(actor, Right.REFER)),
            FollowUp.done_at.is_(None),
            FollowUp.due_at <= moment + SOON,
        )
        .order_by(FollowUp.due_at, FollowUp.id)
        .limit(MOST)
    )
    return [
        Due(row.id, code, case, row.step, row.due_at)
        for row, code, case in db.session.execute(wanted)
    ]


def unread_returns_of(actor: Actor) -> list[Unread]:
    """Return referrals that the actor's agencies have not read, the oldest first."""
    wanted = (
        select(ReturnReferral, Referral.code)
        .join(Referral, Referral.id == ReturnReferral.referral_id)
        .where(
            Referral.sender_agency_id.in_(agencies_with(actor, Right.REFER)),
            Referral.state == State.COMPLETED,
            ReturnReferral.read_at.is_(None),
        )
        .order_by(ReturnReferral.written_at)
        .limit(MOST)
    )
    return [
        Unread(code, row.outcome, row.next_date, row.written_at)
        for row, code in db.session.execute(wanted)
    ]


def follow_ups_of_referral(actor: Actor, referral: Referral) -> list[Done]:
    """All tasks of a referral that are the actor's agencies', by time."""
    wanted = (
        select(FollowUp)
        .where(
            FollowUp.referral_id == referral.id,
            FollowUp.agency_id.in_(agencies_with(actor, Right.REFER)),
        )
        .order_by(FollowUp.due_at, FollowUp.id)
    )
    return [
        Done(row.id, row.step, row.due_at, row.done_at, row.found)
        for row in db.session.scalars(wanted)
    ]


def return_of(referral_id: uuid.UUID) -> ReturnReferral | None:
    """The return referral of a referral, if it was written."""
    return find_object(ReturnReferral, _return(), referral=referral_id)


def arrived_of(referral_id: uuid.UUID) -> HandOver | None:
    """The hand-over of a referral, if the person has arrived."""
    return find_object(HandOver, _arrived(), referral=referral_id)


@lru_cache(maxsize=1)
def _return() -> Select[ReturnReferral]:
    wanted = select(ReturnReferral).where(ReturnReferral.referral_id == bindparam("referral"))
    return spelt_once(wanted)


@lru_cache(maxsize=1)
def _arrived() -> Select[HandOver]:
    return spelt_once(select(HandOver).where(HandOver.referral_id == bindparam("referral")))


def keeper_of(case_id: uuid.UUID) -> uuid.UUID:
    """The agency that keeps a case now: it asks after the person."""
    return ask(_keeper(), case=case_id).scalar_one()


def open_steps(referral_id: uuid.UUID) -> set[str]:
    """Which follow-ups of a referral are planned and not done."""
    return set(ask(_open_steps(), referral=referral_id).scalars())


@lru_cache(maxsize=1)
def _keeper() -> Select[uuid.UUID]:
    return spelt_once(select(CaseFile.agency_id).where(CaseFile.id == bindparam("case")))


@lru_cache(maxsize=1)
def _open_steps() -> Select[str]:
    wanted = select(FollowUp.step).where(
        FollowUp.referral_id == bindparam("referral"), FollowUp.done_at.is_(None)
    )
    return spelt_once(wanted)
