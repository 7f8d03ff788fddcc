"""An agency applies; whoever coordinates its district approves or declines."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from accounts.commands.audit import record
from accounts.commands.invitations import Welcome, invite
from accounts.queries.staff import told_of
from accounts.rules.rights import Role
from agencies.commands.index import note_agency
from agencies.models import Agency, AgencyApplication, Status
from agencies.queries.applications import (
    agencies_alike,
    came_lately,
    may_decide,
    status_token,
    told_lately,
)
from agencies.rules.applications import MOST_FROM_ONE_ADDRESS, ApplicationState
from core.actors import Actor, Tier
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from core.ids import new_id
from core.mail import put_mail
from core.text import lines

TOO_OFTEN = _("Several applications came from here within the hour. Please try again later.")
DECIDED = _("This application is decided already")
NO_REASON = _("Say why, so that the agency knows what to do (at most 500 letters)")
NOT_THIS_ONE = _("This agency cannot be chosen: it has a manager, or is not yours to decide")
LONGEST_REASON = 500
THROTTLED = "throttle"  # the field of a refusal that asks to wait


@dataclass(frozen=True, slots=True)
class Applied:
    """What an agency says of itself, checked by `schemas/application.py`."""

    name: str
    type: str
    area_code: str
    description: str
    tier: Tier
    contact_name: str
    email: str
    phone: str
    why: str
    language: str


def apply_to_join(actor: Actor, *, said: Applied, address_key: str) -> uuid.UUID:
    """Command: an agency asks to join; whoever decides is told that something waits.

    `RefusedError` for a flood from one network address. Mails about one area go out once an hour
    at the most, so that nobody floods a coordinator either.
    """
    if came_lately(address_key) >= MOST_FROM_ONE_ADDRESS:
        raise refused(THROTTLED, TOO_OFTEN)
    tell = not told_lately(said.area_code)
    application = AgencyApplication(
        name=said.name,
        type=said.type,
        area_code=said.area_code,
        description=said.description,
        tier=said.tier.value,
        contact_name=said.contact_name,
        email=said.email,
        phone=said.phone,
        why=said.why,
        language=said.language,
        address_key=address_key,
        received_at=now(),
    )
    db.session.add(application)
    db.session.flush()
    for account in told_of(said.area_code) if tell else []:
        put_mail(to=account.email, path="/applications", language=account.language)
    record(
        actor, "application.received", subject=("application", application.id), area=said.area_code
    )
    return application.id


def approve_application(
    actor: Actor, *, application_id: uuid.UUID, agency_id: uuid.UUID | None = None
) -> Welcome:
    """Command: the agency joins, and whoever applied is invited as its first manager.

    With `agency_id` it is that agency of the registry, which must bear the name and have no
    manager; else a new one, in the tier that was asked for. `HiddenError` for an application that
    is not the actor's to decide; `RefusedError` for a decided one or an agency that does not fit.
    """
    application = _waiting(actor, application_id)
    agency = _chosen(actor, application, agency_id) if agency_id else _new(application)
    application.agency_id = agency.id
    _decide(actor, application, ApplicationState.APPROVED)
    record(
        actor,
        "application.approved",
        agency_id=agency.id,
        subject=("application", application.id),
        known_before=agency_id is not None,
    )
    return invite(
        actor,
        email=application.email,
        roles=[Role.MANAGER],
        agency_id=agency.id,
        language=application.language,
    )


def decline_application(actor: Actor, *, application_id: uuid.UUID, reason: str) -> bool:
    """Command: the agency does not join, for a reason that it may read.

    Whether a mail says so. `HiddenError` and `RefusedError` as for approving, and for no reason.
    """
    application = _waiting(actor, application_id)
    said = lines(reason)
    if not 0 < len(said) <= LONGEST_REASON:
        raise refused("reason", NO_REASON)
    application.reason = said
    _decide(actor, application, ApplicationState.DECLINED)
    record(
        actor,
        "application.declined",
        subject=("application", application.id),
        area=application.area_code,
    )
    return put_mail(
        to=application.email,
        path=f"/join/status/{status_token(application.id)}",
        language=application.language,
    )


def _waiting(actor: Actor, application_id: uuid.UUID) -> AgencyApplication:
    found = db.session.get(
        AgencyApplication, application_id, with_for_update=True, populate_existing=True
    )
    if found is None or not may_decide(actor, found):
        raise HiddenError
    if found.state is not ApplicationState.WAITING:
        raise refused("application", DECIDED)
    return found


def _decide(actor: Actor, application: AgencyApplication, state: ApplicationState) -> None:
    application.state = state
    application.decided_at = now()
    application.decided_by = actor.id
    db.session.flush()


def _chosen(actor: Actor, application: AgencyApplication, agency_id: uuid.UUID) -> Agency:
    fitting = {alike.id for alike in agencies_alike(actor, application) if not alike.has_manager}
    if agency_id not in fitting:
        raise refused("agency", NOT_THIS_ONE)
    return db.session.get_one(Agency, agency_id)


def _new(application: AgencyApplication) -> Agency:
    own_id = new_id()
    agency = Agency(
        id=own_id,
        key=f"joined-{own_id.hex}",
        name=application.name,
        type=application.type,
        status=Status.ACTIVE,
        description=application.description or None,
        tier=application.tier,
        source="application",
    )
    db.session.add(agency)
    note_agency(agency)
    return agency
