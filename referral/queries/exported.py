"""The agency's own referrals as rows for a file: codes, states and times, nothing of a person."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased, selectinload

from agencies.models import Agency, Offer, Service
from core.db import db
from referral.models import Referral, ReferralMove
from referral.rules.moves import Name, Party
from referral.rules.states import State

ANSWERS = frozenset(
    {Name.ACCEPT, Name.ACCEPT_CONDITIONALLY, Name.PUT_ON_LIST, Name.DECLINE, Name.REDIRECT}
)


@dataclass(frozen=True, slots=True)
class ExportWanted:
    """Which referrals: of one agency, as sender or receiver, asked within some days (UTC)."""

    agency_id: uuid.UUID
    side: Party
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ExportedRow:
    """One referral. `answer` is the receiver's last word about taking the person, if any."""

    referral: Referral
    sender: str
    receiver: str
    service: str
    needs: tuple[str, ...]
    answer: ReferralMove | None


def exported_rows(wanted: ExportWanted) -> list[ExportedRow]:
    """The rows, in the order in which they were made; drafts are left out."""
    sender, receiver = aliased(Agency), aliased(Agency)
    chosen = _chosen(wanted)
    rows = db.session.execute(
        select(Referral, sender.name, receiver.name, Service.name)
        .join(sender, sender.id == Referral.sender_agency_id)
        .join(receiver, receiver.id == Referral.receiver_agency_id)
        .outerjoin(Offer, Offer.id == Referral.offer_id)
        .outerjoin(Service, Service.id == Offer.service_id)
        .where(chosen)
        .options(selectinload(Referral.needs))
        .order_by(Referral.id)
    ).all()
    answers = _answers(chosen)
    return [
        ExportedRow(
            row,
            asking,
            asked,
            service or "",
            tuple(link.need for link in row.needs),
            answers.get(row.id),
        )
        for row, asking, asked, service in rows
    ]


def _chosen(wanted: ExportWanted) -> ColumnElement[bool]:
    sends = wanted.side is Party.SENDER
    column = Referral.sender_agency_id if sends else Referral.receiver_agency_id
    conditions = [column == wanted.agency_id, Referral.state != State.DRAFT]
    conditions.append(Referral.receiver_agency_id.is_not(None))
    if wanted.since is not None:
        conditions.append(Referral.asked_at >= _begin(wanted.since))
    if wanted.until is not None:
        conditions.append(Referral.asked_at < _begin(wanted.until) + timedelta(days=1))
    return and_(*conditions)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _answers(chosen: ColumnElement[bool]) -> dict[uuid.UUID, ReferralMove]:
    moves: Sequence[ReferralMove] = db.session.scalars(
        select(ReferralMove)
        .join(Referral, Referral.id == ReferralMove.referral_id)
        .where(chosen, ReferralMove.name.in_(ANSWERS))
        .order_by(ReferralMove.number)
    ).all()
    return {move.referral_id: move for move in moves}
