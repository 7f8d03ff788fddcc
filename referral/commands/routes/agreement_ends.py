"""Say before an agreement ends that it does: to both sides and the coordinator, each once."""

from __future__ import annotations

from sqlalchemy import select

from accounts.commands.audit import record
from core.actors import Actor
from core.clock import now
from core.db import db
from referral.commands.notices.telling import tell, tell_coordinators
from referral.models import Agreement
from referral.queries.routes import house_day, said_of
from referral.rules.agreements import AgreementState, state_of, to_announce
from referral.rules.notices import What

HOLDS = frozenset({AgreementState.LIVE, AgreementState.COMING})


def announce_ends(actor: Actor) -> int:
    """Command of the worker: announce 30 and 7 days before their last day what holds now.

    Returns how many were announced. A question to the day: whoever was stopped meanwhile announces
    later, and what was announced is not announced again.
    """
    today, done = house_day(now()), 0
    with_end = select(Agreement).where(
        Agreement.valid_until >= today,
        Agreement.ended_at.is_(None),
        Agreement.declined_at.is_(None),
    )
    for row in db.session.scalars(with_end.order_by(Agreement.id)):
        days = to_announce(row.valid_until, today, row.announced_days)
        if days is not None and state_of(said_of(row), today) in HOLDS:
            _announce(actor, row, days)
            done += 1
    return done


def _announce(actor: Actor, row: Agreement, days: int) -> None:
    row.announced_days = days
    db.session.flush()
    cause = f"agreement/{row.id}/{row.valid_until}/{days}"
    for agency_id in (row.from_agency_id, row.to_agency_id):
        if agency_id is not None:
            tell(agency_id=agency_id, what=What.AGREEMENT_ENDS, cause=cause, urgency=None)
            record(actor, "agreement.announced", agency_id=agency_id,
                   subject=("agreement", row.id), days=days)  # fmt: skip
    tell_coordinators(
        agency_id=row.from_agency_id, what=What.AGREEMENT_ENDS, cause=cause, urgency=None
    )
