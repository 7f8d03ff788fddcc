"""Reads of legal bases: those of a case, what is under them, and what has ended."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from sqlalchemy import BindParameter, Select, bindparam, or_, select

from core.asking import ask, spelt_once
from core.db import db
from referral.models import Consent, Referral
from referral.rules.states import BEFORE_ARRIVAL


def consents_of(case_id: uuid.UUID) -> list[Consent]:
    """Every basis of a case, the latest first; those that ended too, for they are the proof."""
    wanted = select(Consent).where(Consent.case_id == case_id)
    return list(db.session.scalars(wanted.order_by(Consent.given_at.desc(), Consent.id.desc())))


def case_of_consent(consent_id: uuid.UUID) -> uuid.UUID | None:
    """The case of which a basis is, None for one that whoever asks does not see."""
    return ask(_case(), consent=consent_id).scalar()


@lru_cache(maxsize=1)
def _case() -> Select[uuid.UUID]:
    return spelt_once(select(Consent.case_id).where(Consent.id == bindparam("consent")))


def referrals_under(consent_ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """The ids of the referrals under these bases, drafts included."""
    wanted = select(Referral.id).where(Referral.consent_id.in_(list(consent_ids)))
    return list(db.session.scalars(wanted.order_by(Referral.id)))


def taken_abroad(case_id: uuid.UUID, moment: datetime) -> list[uuid.UUID]:
    """Bases of a case that end when the person is in the country, and have not ended yet."""
    return list(ask(_abroad(), case=case_id, moment=moment).scalars())


@lru_cache(maxsize=1)
def _abroad() -> Select[uuid.UUID]:
    moment: BindParameter[datetime] = bindparam("moment")
    wanted = select(Consent.id).where(
        Consent.case_id == bindparam("case"),
        Consent.ends_on_arrival.is_(True),
        Consent.withdrawn_at.is_(None),
        Consent.given_at < moment,
        or_(Consent.ends_at.is_(None), Consent.ends_at > moment),
    )
    return spelt_once(wanted)


def consents_ended(moment: datetime, *, most: int = 200) -> list[uuid.UUID]:
    """Bases that have come to their end while something under them is still open.

    Of those that end on arrival the view alone: the person is on the way (domain.md §6B 1).
    """
    waits = Referral.state.in_(BEFORE_ARRIVAL) & Consent.ends_on_arrival.is_(False)
    still = waits | Referral.identity_open.is_(True)
    wanted = (
        select(Consent.id)
        .join(Referral, Referral.consent_id == Consent.id)
        .where(Consent.withdrawn_at.is_(None), Consent.ends_at <= moment, still)
        .distinct()
        .order_by(Consent.id)
        .limit(most)
    )
    return list(db.session.scalars(wanted))
