"""Reads of referrals: what exists for whom, and on whose side somebody stands.

Rows are locked without their keys (`FOR NO KEY UPDATE`): PostgreSQL looks at the rows that a row
points to whenever it is changed a second time, and must not wait there for who has locked them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, bindparam, select

from accounts.rules.rights import Right, holds_for
from accounts.walls import HANDING
from agencies.models import Location, Offer
from agencies.queries.hours import is_holiday
from core.actors import SYSTEM, Actor
from core.asking import ask, spelt_once
from core.db import db
from core.errors import refused
from core.i18n import _
from core.rows import find_object
from core.walls import cross
from referral.models import Asking, Consent, Referral, ReferralNeed
from referral.queries.exclusions import is_barred
from referral.rules.moves import Party
from referral.rules.referral_codes import read_referral_code
from referral.rules.states import State
from referral.rules.zones import zone_of_area

CHANGED_NOW = _("Somebody is changing this referral just now. Please send it once more.")


def referral_by_code(actor: Actor, code: str) -> Referral | None:
    """The referral, if it exists and the actor may see it. The two ways of None are one."""
    found = any_referral_by_code(code)
    return found if found is not None and may_see(actor, found) else None


def any_referral_by_code(code: str) -> Referral | None:
    """The referral of that code, whoever asks: for commands that ask for themselves."""
    spelt = read_referral_code(code) or ""
    return db.session.scalars(select(Referral).where(Referral.code == spelt)).one_or_none()


def may_see(actor: Actor, referral: Referral) -> bool:
    """Whether the actor may see that there is this referral: either side; a draft its writer's.

    Not somebody who is excluded for the case, on whichever side they work.
    """
    return not is_barred(actor, referral.case_id) and any(
        holds_for(actor.grants, Right.SEE_REFERRALS, agency_id=agency_id)
        for agency_id in _agencies_of(referral)
    )


def sides_of(actor: Actor, referral: Referral) -> frozenset[Party]:
    """The parties for which the actor may act; several for somebody of both agencies."""
    if actor is SYSTEM:
        return frozenset({Party.CLOCK})
    if is_barred(actor, referral.case_id):
        return frozenset()
    found = set()
    if holds_for(actor.grants, Right.REFER, agency_id=referral.sender_agency_id):
        found.add(Party.SENDER)
    receiver = referral.receiver_agency_id
    sent = referral.state is not State.DRAFT
    if sent and receiver and holds_for(actor.grants, Right.ANSWER, agency_id=receiver):
        found.add(Party.RECEIVER)
    return frozenset(found)


def locked_referral(referral_id: uuid.UUID) -> Referral:
    """The referral as it is now, locked with all its rivals until the transaction ends.

    The asking first, always: so two agencies that accept at once wait for each other here. It is
    a row of whoever asks, so that locking it crosses by HANDING: else the wall would hide it from
    whoever answers, and nobody would wait for anybody. Only a referral that was put into an asking
    in this very instant comes after its row; then nobody is waited for (`RefusedError`).
    """
    asking_id = db.session.scalar(select(Referral.asking_id).where(Referral.id == referral_id))
    return _locked(referral_id, asking_id)


def locked_by_code(code: str) -> Referral | None:
    """The same for the referral of that code; None where whoever asks sees none.

    On SQLite whoever writes is alone, and there is nobody to wait for: one question is enough. So
    it is for a referral that is in no asking, the usual one: PostgreSQL asks that once more when it
    has the row.
    """
    spelt = {"code": read_referral_code(code) or ""}
    if db.engine.dialect.name == "sqlite":
        return find_object(Referral, _of_code(), **spelt)
    alone = find_object(Referral, _alone_to_lock(), **spelt)
    if alone is not None:
        return alone
    found = ask(_asking_of_code(), **spelt).one_or_none()
    return _locked(found.id, found.asking_id) if found is not None else None


@lru_cache(maxsize=1)
def _of_code() -> Select[Referral]:
    return spelt_once(select(Referral).where(Referral.code == bindparam("code")))


@lru_cache(maxsize=1)
def _alone_to_lock() -> Select[Referral]:
    wanted = select(Referral).where(
        Referral.code == bindparam("code"), Referral.asking_id.is_(None)
    )
    return spelt_once(wanted.with_for_update(key_share=True))


@lru_cache(maxsize=1)
def _asking_of_code() -> Select[uuid.UUID, uuid.UUID | None]:
    wanted = select(Referral.id, Referral.asking_id)
    return spelt_once(wanted.where(Referral.code == bindparam("code")))


@lru_cache(maxsize=1)
def _to_lock() -> Select[Referral]:
    wanted = select(Referral).where(Referral.id == bindparam("referral"))
    wanted = wanted.with_for_update(key_share=True)
    return spelt_once(wanted.execution_options(populate_existing=True))


def _locked(referral_id: uuid.UUID, asking_id: uuid.UUID | None) -> Referral:
    if asking_id is not None:
        lock_asking(asking_id)
    found = db.session.scalars(_to_lock(), {"referral": referral_id}).one()
    joined = found.asking_id is not None and found.asking_id != asking_id
    if joined and lock_asking(found.asking_id, wait=False) is None:
        raise refused("state", CHANGED_NOW)
    return found


def lock_asking(asking_id: uuid.UUID | None, *, wait: bool = True) -> Asking | None:
    """An asking as it is now, locked until the transaction ends; whoever's it is.

    None where there is none, or (without waiting) where somebody else has it just now.
    """
    wanted = (
        select(Asking)
        .where(Asking.id == asking_id)
        .with_for_update(key_share=True, skip_locked=not wait)
    )
    with cross(HANDING):
        found = db.session.scalars(wanted.execution_options(populate_existing=True))
        return found.one_or_none()


def locked_referrals(ids: Iterable[uuid.UUID]) -> list[Referral]:
    """The same for several at once, always in one order, so that nobody waits in a circle."""
    wanted = sorted(ids)
    of_them = Referral.id.in_(wanted)
    askings = select(Referral.asking_id).where(of_them, Referral.asking_id.is_not(None))
    with cross(HANDING):
        db.session.execute(
            select(Asking.id)
            .where(Asking.id.in_(askings))
            .order_by(Asking.id)
            .with_for_update(key_share=True)
        )
    rows = select(Referral).where(of_them).order_by(Referral.id).with_for_update(key_share=True)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def has_firm_consent(referral: Referral, moment: datetime) -> bool:
    """Whether there is a `live_consent`, and nobody withdraws it before the open transaction ends.

    A basis that somebody is withdrawing at this instant is none: the withdrawal wins, and nobody
    waits for anybody (it locks the consent first, and then the referrals under it).
    """
    if referral.consent_id is None:
        return False
    with cross(HANDING):
        found = ask(_firmly(), consent=referral.consent_id).one_or_none()
    return found is not None and is_live(found, referral, moment)


@lru_cache(maxsize=1)
def _firmly() -> Select[*tuple[Any, ...]]:
    whose = (Consent.case_id, Consent.receiver_agency_id)
    wanted = select(*whose, Consent.withdrawn_at, Consent.ends_at)
    wanted = wanted.where(Consent.id == bindparam("consent"))
    return spelt_once(wanted.with_for_update(read=True, skip_locked=True))


def is_live(consent: Consent | Row[*tuple[Any, ...]], referral: Referral, moment: datetime) -> bool:
    """Whether a basis is that of a referral, and holds at an instant."""
    return (
        consent.withdrawn_at is None
        and consent.case_id == referral.case_id
        and consent.receiver_agency_id == referral.receiver_agency_id
        and (consent.ends_at is None or consent.ends_at > moment)
    )


def live_consent(referral: Referral, moment: datetime) -> Consent | None:
    """The basis of a referral, if it holds at that instant."""
    found = db.session.get(Consent, referral.consent_id) if referral.consent_id else None
    return found if found is not None and is_live(found, referral, moment) else None


def needs_anything(referral_id: uuid.UUID) -> bool:
    """Whether a referral asks for something."""
    return ask(_a_need(), referral=referral_id).scalar() is not None


@lru_cache(maxsize=1)
def _a_need() -> Select[uuid.UUID]:
    wanted = select(ReferralNeed.id).where(ReferralNeed.referral_id == bindparam("referral"))
    return spelt_once(wanted.limit(1))


def zone_of_receiver(referral: Referral) -> ZoneInfo:
    """The time zone of the place that is asked; that of Jakarta where it is not known."""
    area = ask(_area(), offer=referral.offer_id).scalar()
    return ZoneInfo(zone_of_area(area))


@lru_cache(maxsize=1)
def _area() -> Select[str | None]:
    wanted = select(Location.area_code).join(Offer, Offer.location_id == Location.id)
    return spelt_once(wanted.where(Offer.id == bindparam("offer")))


def is_working_day(day: date) -> bool:
    """Monday to Friday, but for holidays and cuti bersama."""
    return day.isoweekday() <= 5 and not is_holiday(day)


def _agencies_of(referral: Referral) -> list[uuid.UUID]:
    found = [referral.sender_agency_id]
    if referral.receiver_agency_id and referral.state is not State.DRAFT:
        found.append(referral.receiver_agency_id)
    return found
