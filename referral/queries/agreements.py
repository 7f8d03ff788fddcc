"""Reads of agreements: who may see which, and what may be done with it by whom."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from accounts.queries.registry import agency_known
from accounts.rules.rights import Right, holds_for
from core.actors import Actor, ActorKind
from core.db import db
from referral.models import Agreement
from referral.queries.listed import agencies_with
from referral.queries.routes import house_day, said_of
from referral.queries.story import agency_names
from referral.rules.agreements import OPEN, ORDER, AgreementState, Side, days_left, state_of


@dataclass(frozen=True, slots=True)
class Standing:
    """An agreement, its state on a day, how long it still holds, and the names of both sides."""

    row: Agreement
    state: AgreementState
    days_left: int | None
    from_name: str
    to_name: str  # empty where it is with all of a type


def agreements_of(actor: Actor, moment: datetime) -> list[Standing]:
    """The agreements of the agencies that the actor manages, what waits or ends soon first."""
    mine = agencies_with(actor, Right.PROPOSE_ROUTES)
    wanted = select(Agreement).where(
        or_(Agreement.from_agency_id.in_(mine), Agreement.to_agency_id.in_(mine))
    )
    return standings(db.session.scalars(wanted), house_day(moment))


def agreements_kept(actor: Actor, moment: datetime) -> list[Standing]:
    """The agreements of a coordinator's area, what waits or ends soon first."""
    rows = [row for row in db.session.scalars(select(Agreement)) if keeps(actor, row)]
    return standings(rows, house_day(moment))


def standings(rows: Iterable[Agreement], today: date) -> list[Standing]:
    """Agreements as they stand on a day: by state, those that end soon first."""
    known = list(rows)
    ids = {one for row in known for one in (row.from_agency_id, row.to_agency_id) if one}
    names = agency_names(ids)
    found = [
        Standing(
            row,
            state_of(said_of(row), today),
            days_left(row.valid_until, today),
            names.get(row.from_agency_id, ""),
            names.get(row.to_agency_id, "") if row.to_agency_id else "",
        )
        for row in known
    ]
    return sorted(found, key=_soonest)


def _soonest(one: Standing) -> tuple[int, date, str]:
    return ORDER.index(one.state), one.row.valid_until or date.max, str(one.row.id)


def agreement_seen_by(actor: Actor, agreement_id: uuid.UUID) -> Agreement | None:
    """The agreement, if there is one and the actor speaks for a side or keeps it."""
    row = db.session.get(Agreement, agreement_id)
    if row is None or not (sides_of(actor, row) or keeps(actor, row)):
        return None
    return row


def sides_of(actor: Actor, row: Agreement) -> frozenset[Side]:
    """For which sides the actor speaks as the manager of an agency."""
    return frozenset(
        side
        for side, agency_id in ((Side.FROM, row.from_agency_id), (Side.TO, row.to_agency_id))
        if agency_id and holds_for(actor.grants, Right.PROPOSE_ROUTES, agency_id=agency_id)
    )


def keeps(actor: Actor, row: Agreement) -> bool:
    """Whether the actor is a coordinator of one of the two agencies' areas."""
    ids = [one for one in (row.from_agency_id, row.to_agency_id) if one]
    return any(keeps_agency(actor, one) for one in ids)


def keeps_agency(actor: Actor, agency_id: uuid.UUID) -> bool:
    """Whether the actor keeps the routes of an agency, as a coordinator or from a shell."""
    if actor.kind in (ActorKind.OPERATOR, ActorKind.SYSTEM):
        return True
    known = agency_known(agency_id)
    return known is not None and holds_for(
        actor.grants, Right.KEEP_ROUTES, agency_id=agency_id, areas=known.areas
    )


def is_open(row: Agreement, today: date) -> bool:
    """Whether anything can still be said of it."""
    return state_of(said_of(row), today) in OPEN
