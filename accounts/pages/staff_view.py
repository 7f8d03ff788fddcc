"""What the staff pages show, in words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask_babel import format_date, gettext

from accounts.models import Invitation
from accounts.pages.places_of_work import ROLE_HINTS, ROLE_NAMES, Group, role_said, sees_staff
from accounts.queries.audit.trail import may_see_audit
from accounts.queries.invitations import may_send_again, may_withdraw
from accounts.queries.staff import (
    Member,
    is_expired,
    is_visible_invitation,
    members_of,
    open_invitations,
    within_reach,
)
from accounts.rules.invitations import roles_to_invite
from accounts.rules.rights import Right, Role, holds_in
from core.actors import Actor


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody who works there; `is_self` for the reader."""

    account_id: uuid.UUID
    name: str
    email: str
    roles: str
    since: str
    is_self: bool


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """Somebody who is invited."""

    id: uuid.UUID
    email: str
    roles: str
    until: str
    expired: bool
    may_send_again: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group: its people and invitations as far as the reader may see, and roles to give."""

    group: Group
    sees_staff: bool
    sees_audit: bool
    own_roles: str
    members: list[MemberRow]
    invitations: list[InvitationRow]
    roles: list[tuple[str, str, str]]


def group_view(actor: Actor, group: Group) -> GroupView:
    """A group for this reader."""
    sees = sees_staff(actor, group)
    members = _members(actor, group) if sees else []
    invitations = _invitations(actor, group) if sees else []
    own = members_of(group.agency_id, actor.id) if actor.id else []
    return GroupView(
        group=group,
        sees_staff=sees,
        sees_audit=group.agency_id is not None and may_see_audit(actor, group.agency_id),
        own_roles=_roles(own[0]) if own else "",
        members=[_member_row(actor, member) for member in members],
        invitations=[_invitation_row(actor, row) for row in invitations],
        roles=[
            (role.value, gettext(ROLE_NAMES[role]), gettext(ROLE_HINTS[role]))
            for role in _roles_to_give(actor, group)
        ],
    )


def _roles_to_give(actor: Actor, group: Group) -> tuple[Role, ...]:
    found = roles_to_invite(actor.grants, group.where, strong=actor.strong)
    if group.agency_id is None and Role.COORDINATOR not in found:
        # Not for the whole network, but perhaps within an own area.
        areas = {g.area for g in actor.grants if g.area}
        if any(holds_in(actor.grants, Right.INVITE_COORDINATORS, area=area) for area in areas):
            return (Role.COORDINATOR, *found)
    return found


def _members(actor: Actor, group: Group) -> list[Member]:
    found = members_of(group.agency_id)
    return found if group.agency_id else within_reach(actor, found)


def _invitations(actor: Actor, group: Group) -> list[Invitation]:
    found = open_invitations(group.agency_id)
    return found if group.agency_id else [i for i in found if is_visible_invitation(actor, i)]


def _member_row(actor: Actor, member: Member) -> MemberRow:
    return MemberRow(
        account_id=member.account_id,
        name=member.name,
        email=member.email,
        roles=_roles(member),
        since=format_date(member.since, "d MMMM y"),
        is_self=member.account_id == actor.id,
    )


def _roles(member: Member) -> str:
    said = [role_said(row.role, row.area, row.agency_id) for row in member.memberships]
    return ", ".join(dict.fromkeys(said))


def _invitation_row(actor: Actor, row: Invitation) -> InvitationRow:
    return InvitationRow(
        id=row.id,
        email=row.email,
        roles=invited_roles(row),
        until=format_date(row.expires_at, "d MMMM y"),
        expired=is_expired(row),
        may_send_again=may_send_again(actor, row),
        may_withdraw=may_withdraw(actor, row),
    )


def invited_roles(row: Invitation) -> str:
    """The roles of an invitation, as people say them."""
    return ", ".join(role_said(role, row.area, row.agency_id) for role in row.roles)
