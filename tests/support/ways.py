"""Agreements between agencies, for tests."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from core.clock import now
from core.db import db, write
from referral.commands.routes.agreements import Between, Terms, propose_agreement
from referral.models import RouteRow
from referral.rules.routes import Ground
from tests.factories import make_offer
from tests.support.people import make_account


def make_agreement(from_agency: uuid.UUID, to_agency: uuid.UUID, **terms: Any) -> uuid.UUID:
    """An agreement that a manager of the first proposed to the second, from yesterday on."""
    manager = make_account(Role.MANAGER, agency_id=from_agency, name="Mega")
    said: dict[str, Any] = {"basis": Ground.MOU, "title": "MoU contoh"}
    said |= {"valid_from": now().date() - timedelta(days=1), "valid_until": date(2099, 1, 1)}
    row = write(
        propose_agreement,
        actor_of(manager, strong=True),
        between=Between(from_agency, to_agency),
        terms=Terms(**{**said, **terms}),
    )
    found = row.id
    db.session.rollback()
    return found


def make_ways(agency_id: uuid.UUID) -> dict[str, object]:
    """An agreement that a third agency proposed to ours, and a declared route."""
    third = make_offer().service.agency_id
    route_id = db.session.scalars(select(RouteRow.id).order_by(RouteRow.position)).first()
    return {"agreement_id": make_agreement(third, agency_id), "route_id": route_id}
