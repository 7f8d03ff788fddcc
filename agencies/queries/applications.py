"""Agencies that apply: who waits where, whom they may be, and how an applicant asks."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from sqlalchemy import func, select

from accounts.queries.staff import has_manager
from accounts.rules.rights import Right, holds, holds_for, holds_in, must_be_strong
from agencies.models import Agency, AgencyApplication, AgencyName
from agencies.queries.registry import areas_of
from agencies.rules.applications import WITHIN, ApplicationState
from core.actors import Actor
from core.clock import now
from core.db import db
from core.fulltext import about_matching
from core.keystore import keystore

STATUS_KEY = "application/status"
ADDRESS_KEY = "application/address"
MOST_ALIKE = 8


@dataclass(frozen=True, slots=True)
class Alike:
    """An agency of the registry that may be the applicant."""

    id: uuid.UUID
    name: str
    source: str | None
    has_manager: bool  # then it is kept already: its manager invites, nobody else


def may_decide(actor: Actor, application: AgencyApplication) -> bool:
    """Whether it is for the actor to approve or decline."""
    if must_be_strong(actor.grants) and not actor.strong:
        return False
    return holds_in(actor.grants, Right.APPROVE_AGENCY, area=application.area_code)


def decides_somewhere(actor: Actor) -> bool:
    """Whether there is any area whose agencies the actor approves."""
    return holds(actor.grants, Right.APPROVE_AGENCY)


def applications_for(actor: Actor) -> list[AgencyApplication]:
    """What is for the actor to decide, or was: waiting ones first, the oldest of them first."""
    waiting = AgencyApplication.state == ApplicationState.WAITING
    rows = [
        *db.session.scalars(
            select(AgencyApplication).where(waiting).order_by(AgencyApplication.received_at)
        ),
        *db.session.scalars(
            select(AgencyApplication)
            .where(~waiting)
            .order_by(AgencyApplication.decided_at.desc())
            .limit(200)
        ),
    ]
    return [row for row in rows if may_decide(actor, row)]


def application_for(actor: Actor, application_id: uuid.UUID) -> AgencyApplication | None:
    """One that is for the actor to decide; None is the same for another's and for none."""
    found = db.session.get(AgencyApplication, application_id)
    return found if found is not None and may_decide(actor, found) else None


def agencies_alike(actor: Actor, application: AgencyApplication) -> list[Alike]:
    """Agencies of the registry that bear this name, or have all its words in theirs.

    Only those that the actor may bring a manager to; one with a manager is shown as such.
    """
    folded = application.name.lower()
    named = select(AgencyName.agency_id).where(func.lower(AgencyName.name) == folded)
    same = select(Agency.id).where((func.lower(Agency.name) == folded) | Agency.id.in_(named))
    ids = list(db.session.scalars(same.limit(MOST_ALIKE)))
    ids += about_matching(application.name, actor.sees.value)[:MOST_ALIKE]
    rows = db.session.scalars(
        select(Agency).where(Agency.id.in_(ids)).order_by(func.lower(Agency.name), Agency.id)
    )
    return [
        Alike(row.id, row.name, row.source, has_manager(row.id))
        for row in rows
        if holds_for(actor.grants, Right.APPROVE_AGENCY, agency_id=row.id, areas=areas_of(row.id))
    ][:MOST_ALIKE]


def came_lately(address_key: str) -> int:
    """How many applications came from one network address within the last hour."""
    counted = select(func.count()).where(
        AgencyApplication.address_key == address_key,
        AgencyApplication.received_at > now() - WITHIN,
    )
    return db.session.scalar(counted) or 0


def told_lately(area_code: str) -> bool:
    """Whether the coordinators of an area were told within the last hour that something waits."""
    counted = select(func.count()).where(
        AgencyApplication.area_code == area_code,
        AgencyApplication.state == ApplicationState.WAITING,
        AgencyApplication.received_at > now() - WITHIN,
    )
    return bool(db.session.scalar(counted))


def address_key(address: str) -> str:
    """What is kept of a network address: a keyed hash, which no list of addresses undoes."""
    return hmac.new(keystore().key(ADDRESS_KEY), address.encode(), hashlib.sha256).hexdigest()


def status_token(application_id: uuid.UUID) -> str:
    """What the applicant's link holds: nobody guesses it, nothing of it is kept, and all it opens
    is whether the application was decided.
    """
    proof = hmac.new(keystore().key(STATUS_KEY), application_id.bytes, hashlib.sha256).digest()
    return urlsafe_b64encode(application_id.bytes + proof[:16]).decode().rstrip("=")


def application_behind(token: str) -> AgencyApplication | None:
    """The application of a link; None for a link that is none of ours."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        own_id = uuid.UUID(bytes=raw[:16])
    except ValueError:
        return None
    if not hmac.compare_digest(status_token(own_id).encode(), token.encode()):
        return None
    return db.session.get(AgencyApplication, own_id)
