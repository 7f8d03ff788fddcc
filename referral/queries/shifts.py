"""Open clocks, and in whose hands they are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select

from accounts.queries.names import people
from accounts.queries.registry import agency_known
from accounts.rules.rights import Right, holds_for, holds_in
from agencies.models import Location, Offer, Service
from agencies.rules.needs import Urgency
from core.actors import Actor
from core.db import db
from referral.models import Referral, ShiftHandOver
from referral.queries.duty import Roster
from referral.queries.listed import dues_of
from referral.rules.due import Due
from referral.rules.states import PROMISED, UNANSWERED, State

MOST = 200


@dataclass(frozen=True, slots=True)
class OpenClock:
    """A clock that runs: by code, urgency and end; nothing of a person."""

    code: str
    urgency: Urgency
    due: Due


def may_serve(actor: Actor, roster: Roster) -> bool:
    """Whether the actor works in shifts there: answers or refers for the agency, or watches it."""
    if roster.agency_id is None:
        return holds_in(actor.grants, Right.WATCH, area=roster.area)
    known = agency_known(roster.agency_id)
    return known is not None and any(
        holds_for(actor.grants, right, agency_id=known.id, areas=known.areas)
        for right in (Right.ANSWER, Right.REFER, Right.WATCH)
    )


def open_clocks(roster: Roster) -> list[OpenClock]:
    """What waits for an agency (an area), the first to end first."""
    states = UNANSWERED | PROMISED | {State.NO_SHOW}
    wanted = (
        select(Referral)
        .where(Referral.state.in_(states), _of(roster))
        .order_by(Referral.decide_by, Referral.id)
        .limit(MOST)
    )
    found = [
        OpenClock(row.code, row.urgency, dues[0])
        for row in db.session.scalars(wanted)
        if (dues := dues_of(row))
    ]
    return sorted(found, key=lambda one: one.due.at)


def latest_hand_over(roster: Roster, *, lock: bool = False) -> ShiftHandOver | None:
    """The last hand-over of a roster, taken over or not."""
    wanted = (
        select(ShiftHandOver)
        .where(ShiftHandOver.agency_id == roster.agency_id, ShiftHandOver.area == roster.area)
        .order_by(ShiftHandOver.at.desc(), ShiftHandOver.id.desc())
        .limit(1)
    )
    return db.session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()


def owner_of(hand_over: ShiftHandOver | None) -> uuid.UUID | None:
    """In whose hands the open clocks are: of whoever took over last; before, of whoever gives."""
    if hand_over is None:
        return None
    return hand_over.given_by if hand_over.taken_at is None else hand_over.taken_by


def unconfirmed_before(moment: datetime) -> list[ShiftHandOver]:
    """Hand-overs that were given before an instant and that nobody took over yet."""
    wanted = select(ShiftHandOver).where(
        ShiftHandOver.taken_at.is_(None), ShiftHandOver.at < moment
    )
    return list(db.session.scalars(wanted.order_by(ShiftHandOver.at)))


def _of(roster: Roster) -> ColumnElement[bool]:
    if roster.agency_id is not None:
        return Referral.receiver_agency_id == roster.agency_id
    if roster.area is None:
        return Referral.receiver_agency_id.is_not(None)
    ids = agencies_in(roster.area)
    return or_(Referral.receiver_agency_id.in_(ids), Referral.sender_agency_id.in_(ids))


def agencies_in(area: str) -> Select[uuid.UUID]:
    """The ids of the agencies that offer something in an area, for a condition."""
    within = or_(Location.area_code == area, Location.area_code.startswith(f"{area}."))
    return (
        select(Service.agency_id)
        .join(Offer, Offer.service_id == Service.id)
        .join(Location, Location.id == Offer.location_id)
        .where(within)
    )


def name_of(account_id: uuid.UUID | None) -> str:
    """A colleague's name; nothing for nobody and for whoever may not be known."""
    return people([account_id]).get(account_id, "") if account_id else ""
