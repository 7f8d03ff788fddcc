"""Who may invite whom, and how long an invitation is good for."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.rules.rights import (
    AGENCY_ROLES,
    Held,
    Right,
    Role,
    holds,
    holds_for,
    holds_in,
    must_be_strong,
)

GOOD_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody is to be a member: in an agency, or in the network (for an area, or all).

    `areas` are the districts of the agency's places; `has_manager` says whether anybody keeps it.
    """

    agency_id: uuid.UUID | None = None
    areas: tuple[str, ...] = ()
    has_manager: bool = True
    area: str | None = None


def may_invite(grants: Iterable[Held], role: Role, where: Where, *, strong: bool) -> bool:
    """Whether these grants invite somebody as `role`.

    An agency's people are its manager's to invite. Who approves agencies there invites a manager
    only while the agency has none, so that nobody comes in past its manager. Coordinators invite
    coordinators within their own area; administrators invite everybody. Who must show a second
    factor must have shown it in this session.
    """
    grants = tuple(grants)
    if must_be_strong(grants) and not strong:
        return False
    if role is Role.ADMINISTRATOR:
        return where.agency_id is None and holds(grants, Right.RUN_SERVER)
    if role is Role.COORDINATOR:
        wanted = Right.INVITE_COORDINATORS
        return where.agency_id is None and holds_in(grants, wanted, area=where.area)
    return where.agency_id is not None and _into_agency(grants, role, where, where.agency_id)


def _into_agency(grants: tuple[Held, ...], role: Role, where: Where, agency_id: uuid.UUID) -> bool:
    if holds_for(grants, Right.INVITE_STAFF, agency_id=agency_id, areas=where.areas):
        return True
    approves = holds_for(grants, Right.APPROVE_AGENCY, agency_id=agency_id, areas=where.areas)
    return role is Role.MANAGER and not where.has_manager and approves


def roles_to_invite(grants: Iterable[Held], where: Where, *, strong: bool) -> tuple[Role, ...]:
    """The roles that these grants may give there."""
    grants = tuple(grants)
    roles = AGENCY_ROLES if where.agency_id is not None else (Role.COORDINATOR, Role.ADMINISTRATOR)
    return tuple(role for role in roles if may_invite(grants, role, where, strong=strong))


def may_invite_somebody(grants: Iterable[Held], where: Where, *, strong: bool) -> bool:
    """Whether these grants give any role at all there; in the network also for an own area."""
    grants = tuple(grants)
    if where.agency_id is not None:
        return bool(roles_to_invite(grants, where, strong=strong))
    is_shown = strong or not must_be_strong(grants)
    return is_shown and holds(grants, Right.INVITE_COORDINATORS)


def may_end(grants: Iterable[Held], role: Role, where: Where, *, strong: bool) -> bool:
    """Whether these grants may end somebody else's membership; everybody may end their own."""
    grants = tuple(grants)
    if must_be_strong(grants) and not strong:
        return False
    if where.agency_id is not None:
        return holds_for(grants, Right.INVITE_STAFF, agency_id=where.agency_id, areas=where.areas)
    return may_invite(grants, role, where, strong=strong)


def is_open(
    *,
    expires_at: datetime,
    used_at: datetime | None,
    withdrawn_at: datetime | None,
    now: datetime,
) -> bool:
    """Whether an invitation may still be taken up."""
    return used_at is None and withdrawn_at is None and now < expires_at
