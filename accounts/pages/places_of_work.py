"""Where somebody may be a member: an agency, or the network; as the staff pages speak of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import abort
from flask_babel import gettext

from accounts.queries.registry import agency_known, area_name
from accounts.queries.staff import where_in
from accounts.rules.invitations import Where
from accounts.rules.rights import Right, Role, holds, holds_for
from core.actors import Actor
from core.i18n import _
from core.ids import parse_id

NETWORK = "network"

ROLE_NAMES: dict[str, str] = {
    Role.WORKER: _("Worker"),
    Role.INTAKE: _("Intake"),
    Role.MANAGER: _("Agency manager"),
    Role.COORDINATOR: _("Coordinator"),
    Role.ADMINISTRATOR: _("Administrator"),
}
ROLE_HINTS: dict[str, str] = {
    Role.WORKER: _("Finds services and refers"),
    Role.INTAKE: _("Answers referrals and says how many places are free"),
    Role.MANAGER: _("Keeps the entry true and invites staff"),
    Role.COORDINATOR: _("Approves agencies of an area, or of the whole network"),
    Role.ADMINISTRATOR: _("Runs this Rujukan; sees no case"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """An agency, or the network, by the word that stands for it in addresses."""

    word: str
    name: str
    agency_id: uuid.UUID | None
    where: Where


def group_named(word: str) -> Group:
    """The group of an address; 404 when there is none."""
    if word == NETWORK:
        return Group(NETWORK, gettext("Coordinators and administrators"), None, Where())
    agency_id = parse_id(word)
    return (agency_id and agency_group(agency_id)) or abort(404)


def agency_group(agency_id: uuid.UUID) -> Group | None:
    """An agency as a group; None when there is none of that id."""
    known, where = agency_known(agency_id), where_in(agency_id)
    if known is None or where is None:
        return None
    return Group(str(agency_id), known.name, agency_id, where)


def sees_staff(actor: Actor, group: Group) -> bool:
    """Whether the actor may see who works there."""
    if group.agency_id is None:
        return holds(actor.grants, Right.INVITE_COORDINATORS)
    return holds_for(
        actor.grants, Right.SEE_STAFF, agency_id=group.agency_id, areas=group.where.areas
    )


def own_groups(actor: Actor) -> list[Group]:
    """Where the actor is a member, agencies first."""
    found = [agency_group(agency_id) for agency_id in sorted(actor.agencies)]
    groups = [group for group in found if group]
    if any(grant.agency_id is None for grant in actor.grants):
        groups.append(group_named(NETWORK))
    return groups


def role_said(role: str, area: str | None, agency_id: uuid.UUID | None) -> str:
    """A role as people say it, with the area that it is for."""
    name = str(gettext(ROLE_NAMES[role]))
    if agency_id is not None or role != Role.COORDINATOR:
        return name
    if area is None:
        return str(gettext("%(role)s, whole network", role=name))
    return f"{name}, {area_name(area)}"
