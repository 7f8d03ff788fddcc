"""Reads of askings: who is asked for one person, in which order, and what they said."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from agencies.models import Agency, Offer, Service
from core.clock import now
from core.db import db
from referral.models import Asking, How, Referral, ReferralMove
from referral.queries.referrals import live_consent
from referral.rules.askings import Alternative
from referral.rules.moves import Name, Party
from referral.rules.reasons import Cancel
from referral.rules.states import State


@dataclass(frozen=True, slots=True)
class ListedAlternative:
    """An alternative as its sender sees it."""

    referral: Referral
    agency: str
    service: str
    may_be_asked: bool
    has_basis: bool


@dataclass(frozen=True, slots=True)
class ListedAsking:
    """An asking as its sender sees it."""

    asking: Asking
    alternatives: tuple[ListedAlternative, ...]

    @property
    def may_ask_next(self) -> bool:
        """Whether there is anybody left to ask, and reason to."""
        waiting = any(one.may_be_asked and one.has_basis for one in self.alternatives)
        return waiting and self.asking.filled_at is None

    @property
    def may_choose(self) -> bool:
        """Whether the sender chooses among answers, and has not chosen yet."""
        return self.asking.how is How.CHOOSE and self.asking.filled_at is None


def rows_of(asking_id: uuid.UUID, *, lock: bool = False) -> list[Referral]:
    """The referrals of an asking as they are now, by their ids; locked after the asking's row."""
    wanted = select(Referral).where(Referral.asking_id == asking_id).order_by(Referral.id)
    if lock:
        wanted = wanted.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(db.session.scalars(wanted))


def alternatives_among(rows: Sequence[Referral]) -> list[Alternative]:
    """The same as the rules see them."""
    filled = _called_off_as_filled([row.id for row in rows if row.state is State.CANCELLED])
    return [Alternative(row.id, row.position, row.state, row.id in filled) for row in rows]


def asking_of(referral: Referral) -> ListedAsking | None:
    """The asking of a referral, for its sender; None where nobody else is to be asked."""
    if referral.asking_id is None:
        return None
    asking = db.session.get(Asking, referral.asking_id)
    if asking is None:
        return None
    wanted = (
        select(Referral, Agency.name, Service.name)
        .join(Agency, Agency.id == Referral.receiver_agency_id)
        .outerjoin(Offer, Offer.id == Referral.offer_id)
        .outerjoin(Service, Service.id == Offer.service_id)
        .where(Referral.asking_id == asking.id)
        .order_by(Referral.position, Referral.id)
    )
    rows = list(db.session.execute(wanted))
    known = {one.id: one for one in alternatives_among([row for row, _agency, _service in rows])}
    moment = now()
    return ListedAsking(
        asking,
        tuple(
            ListedAlternative(
                row, agency, service or "", known[row.id].may_be_asked,
                live_consent(row, moment) is not None,
            )
            for row, agency, service in rows
        ),
    )  # fmt: skip


def choices_due(limit: int) -> Sequence[uuid.UUID]:
    """Askings whose time to choose is over, the longest first."""
    wanted = select(Asking.id).where(
        Asking.how == How.CHOOSE, Asking.filled_at.is_(None), Asking.choose_until <= now()
    )
    return list(db.session.scalars(wanted.order_by(Asking.choose_until).limit(limit)))


def is_promised_elsewhere(referral: Referral) -> bool:
    """Whether another alternative of its asking holds what was promised for the person."""
    asking = db.session.get(Asking, referral.asking_id) if referral.asking_id else None
    return asking is not None and asking.filled_at is not None


def asked_agencies(referral: Referral) -> frozenset[uuid.UUID]:
    """Agencies that are asked for the same person already, and the one asked first."""
    found = {referral.receiver_agency_id, referral.sender_agency_id}
    if referral.asking_id is not None:
        rows = select(Referral.receiver_agency_id).where(Referral.asking_id == referral.asking_id)
        found |= set(db.session.scalars(rows))
    return frozenset(one for one in found if one is not None)


def began_at(asking_id: uuid.UUID) -> datetime | None:
    """The original start, that every alternative inherits."""
    return db.session.scalar(select(Asking.started_at).where(Asking.id == asking_id))


def _called_off_as_filled(ids: list[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those whose last move was the asking's own: somebody else was first."""
    if not ids:
        return frozenset()
    later = aliased(ReferralMove)
    wanted = select(ReferralMove.referral_id).where(
        ReferralMove.referral_id.in_(ids),
        ReferralMove.name == Name.CANCEL,
        ReferralMove.party == Party.CLOCK,
        ReferralMove.reason == Cancel.FILLED.value,
        ~exists().where(
            later.referral_id == ReferralMove.referral_id, later.number > ReferralMove.number
        ),
    )
    return frozenset(db.session.scalars(wanted))
