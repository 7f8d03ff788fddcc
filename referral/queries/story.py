"""The log of a referral, and what people in it are called to whom."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from accounts.queries.names import people
from agencies.models import Agency
from core.db import db
from referral.models import Referral, ReferralMove


@dataclass(frozen=True, slots=True)
class Logged:
    """A move, the agency on whose side it was made, and by whom as far as the reader may know.

    Colleagues are called by their names; of another agency nobody's name is told.
    """

    move: ReferralMove
    agency: str | None
    by: str | None


def log_of(referral: Referral) -> list[Logged]:
    """Every move of a referral, in order."""
    wanted = select(ReferralMove).where(ReferralMove.referral_id == referral.id)
    moves = list(db.session.scalars(wanted.order_by(ReferralMove.number)))
    agencies = agency_names({move.agency_id for move in moves if move.agency_id})
    names = people(move.actor_id for move in moves)
    return [
        Logged(
            move,
            agencies.get(move.agency_id) if move.agency_id else None,
            names.get(move.actor_id) if move.actor_id else None,
        )
        for move in moves
    ]


def agency_names(ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of agencies."""
    rows = db.session.execute(select(Agency.id, Agency.name).where(Agency.id.in_(ids)))
    return {row[0]: row[1] for row in rows}
