"""Reads of the way there: whether the place is secret, where one is met, who still confirms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Select, bindparam, or_, select

from accounts.rules.rights import Right, holds_for
from agencies.models import Agency, Location, MeetingPoint, Offer
from agencies.queries.secret.meeting import Meeting, meetings_for, points_of
from core.actors import Actor, Tier
from core.asking import ask, spelt_once
from core.db import db
from referral.models import HandOver, Referral
from referral.queries.listed import agencies_with
from referral.rules.moves import Party
from referral.rules.states import ARRIVED, State


def is_secret(referral: Referral) -> bool:
    """Whether the asked place is secret: then the way of everybody else ends at a meeting point.

    Without a place, whether all that the asked agency offers is secret.
    """
    tier = None
    if referral.offer_id is not None:
        tier = ask(_tier_of_offer(), offer=referral.offer_id).scalar()
    if tier is not None:
        return tier == Tier.SECRET.value
    asked = referral.receiver_agency_id
    agency = db.session.get(Agency, asked) if asked else None
    return agency is not None and agency.tier == Tier.SECRET.value


@lru_cache(maxsize=1)
def _tier_of_offer() -> Select[int]:
    wanted = select(Location.tier).join(Offer, Offer.location_id == Location.id)
    return spelt_once(wanted.where(Offer.id == bindparam("offer")))


def points_for(referral: Referral) -> list[tuple[uuid.UUID, Meeting]]:
    """The receiver's meeting points, with what may be said of each.

    Of a secret place as the directory says it (`agencies/queries/secret/meeting.py`): of a point
    too near the place not even where it is.
    """
    if referral.receiver_agency_id is None:
        return []
    points = points_of(referral.receiver_agency_id)
    offer = db.session.get(Offer, referral.offer_id) if referral.offer_id else None
    if offer is not None and offer.location.tier == Tier.SECRET.value:
        known = {point.id: said for point, said in _said(offer)}
        return [(point.id, known[point.id]) for point in points if point.id in known]
    return [(point.id, _open(point)) for point in points]


def _said(offer: Offer) -> list[tuple[MeetingPoint, Meeting]]:
    points = offer.service.agency.meeting_points
    return list(zip(points, meetings_for(offer), strict=True))


def _open(point: MeetingPoint) -> Meeting:
    return Meeting(point.name, point.address, point.district, point.escort_needed, point.times)


def agency_side(actor: Actor, referral: Referral) -> Party | None:
    """On whose side the actor's agency stands, whatever their task there; None: on neither."""
    for party, agency_id in (
        (Party.RECEIVER, referral.receiver_agency_id),
        (Party.SENDER, referral.sender_agency_id),
    ):
        drafted = party is Party.RECEIVER and referral.state is State.DRAFT
        if agency_id is None or drafted:
            continue
        if holds_for(actor.grants, Right.SEE_REFERRALS, agency_id=agency_id):
            return party
    return None


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """An arrival that one of the actor's agencies has still to confirm."""

    code: str
    arrived_at: datetime
    is_sender: bool


def unconfirmed_of(actor: Actor) -> list[Unconfirmed]:
    """Arrivals that the actor's agencies have still to confirm, the oldest first."""
    sends, gets = agencies_with(actor, Right.REFER), agencies_with(actor, Right.ANSWER)
    wanted = (
        select(HandOver, Referral)
        .join(Referral, Referral.id == HandOver.referral_id)
        .where(
            Referral.state.in_([*ARRIVED, State.COMPLETED]),
            or_(
                HandOver.sender_confirmed_at.is_(None) & Referral.sender_agency_id.in_(sends),
                HandOver.receiver_confirmed_at.is_(None) & Referral.receiver_agency_id.in_(gets),
            ),
        )
        .order_by(HandOver.arrived_at)
    )
    return [
        Unconfirmed(
            code=referral.code,
            arrived_at=row.arrived_at,
            is_sender=row.sender_confirmed_at is None and referral.sender_agency_id in sends,
        )
        for row, referral in db.session.execute(wanted)
    ]
