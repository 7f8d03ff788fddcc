"""`/applications`: agencies that ask to join, for whoever decides."""

from __future__ import annotations

import uuid

from flask import Blueprint, Flask, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import format_date, gettext
from werkzeug.wrappers import Response

from accounts.commands.invitations import Welcome, invite
from accounts.current import who
from accounts.pages.staff import shown_link
from accounts.queries.invitations import last_invitation
from accounts.queries.staff import has_manager, is_expired
from accounts.rules.rights import Role
from agencies.commands.applications import approve_application, decline_application
from agencies.models import AgencyApplication
from agencies.queries.applications import (
    agencies_alike,
    application_for,
    applications_for,
    decides_somewhere,
    status_token,
)
from agencies.queries.places import place
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.applications import ApplicationState
from core.db import write
from core.errors import RefusedError
from core.forms import Protection, Typed
from core.i18n import _
from core.ids import parse_id
from core.mail import sends_mail
from core.pages import add_footer

blueprint = Blueprint("applications", __name__, url_prefix="/applications")

STATES: dict[str, str] = {
    ApplicationState.WAITING: _("Waiting"),
    ApplicationState.APPROVED: _("Approved"),
    ApplicationState.DECLINED: _("Declined"),
}
NEW = "new"


def register(app: Flask) -> None:
    """Add the pages to the app."""
    add_footer("applications.index", _("Agencies that want to join"))
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> Response:
    """What waits for the reader, and what was decided."""
    if not decides_somewhere(who()):
        abort(404)
    rows = [_row(found) for found in applications_for(who())]
    return _private(render_template("applications/index.html", rows=rows), 200)


@blueprint.get("/<uuid:application_id>")
def application(application_id: uuid.UUID) -> Response:
    """One application, to be decided."""
    return _page(_found(application_id), Typed())


@blueprint.post("/<uuid:application_id>/approve")
def approve(application_id: uuid.UUID) -> Response:
    """The agency joins: as a new one, or as one of the registry."""
    found, typed = _found(application_id), Typed.sent()
    alike = agencies_alike(who(), found)
    wanted = typed.get("agency") or ("" if alike else NEW)
    if not wanted:
        typed.errors["agency"] = gettext("Choose whether it is one of these agencies, or a new one")
    agency_id = None if wanted == NEW else parse_id(wanted)
    if wanted not in ("", NEW) and agency_id is None:
        abort(404)
    if not typed.errors:
        try:
            made = write(
                approve_application, who(), application_id=application_id, agency_id=agency_id
            )
            return _invited(application_id, made)
        except RefusedError as refusal:
            typed.note(refusal)
    return _page(_found(application_id), typed, 422)


@blueprint.post("/<uuid:application_id>/decline")
def decline(application_id: uuid.UUID) -> Response:
    """The agency does not join."""
    _found(application_id)
    typed = Typed.sent()
    if not typed.errors:
        try:
            mailed = write(
                decline_application,
                who(),
                application_id=application_id,
                reason=typed.get("reason"),
            )
            flash(_declined(mailed), "good")
            return redirect(url_for("applications.application", application_id=application_id), 303)
        except RefusedError as refusal:
            typed.note(refusal)
    return _page(_found(application_id), typed, 422)


@blueprint.post("/<uuid:application_id>/again")
def again(application_id: uuid.UUID) -> Response:
    """A new invitation for the first manager, while the agency has none."""
    found, typed = _found(application_id), Typed.sent()
    if found.agency_id is None or has_manager(found.agency_id):
        abort(404)
    if not typed.errors:
        try:
            made = write(
                invite,
                who(),
                email=found.email,
                roles=[Role.MANAGER],
                agency_id=found.agency_id,
                language=found.language,
            )
            return _invited(application_id, made)
        except RefusedError as refusal:
            typed.note(refusal)
    return _page(_found(application_id), typed, 422)


def _declined(mailed: bool) -> str:
    if mailed:
        return str(gettext("Declined. A mail tells the agency that an answer waits."))
    said = gettext("Declined. No mail server is set up, so please tell the agency yourself.")
    return str(said)


def _found(application_id: uuid.UUID) -> AgencyApplication:
    return application_for(who(), application_id) or abort(404)


def _row(found: AgencyApplication) -> dict[str, object]:
    where = place(found.area_code)
    return {
        "id": found.id,
        "name": found.name,
        "type": gettext(AGENCY_TYPES.get(found.type, found.type)),
        "area": where.full_name if where else found.area_code,
        "received": format_date(found.received_at, "d MMMM y"),
        "state": found.state.value,
        "state_name": gettext(STATES[found.state]),
    }


def _page(found: AgencyApplication, typed: Typed, status: int = 200) -> Response:
    waits = found.state is ApplicationState.WAITING
    page = render_template(
        "applications/application.html",
        row=_row(found),
        application=found,
        waits=waits,
        alike=agencies_alike(who(), found) if waits else [],
        invitation=_invitation(found),
        status_path=url_for("join.status", token=status_token(found.id)),
        form=typed,
        protection=Protection(),
        sends_mail=sends_mail(),
    )
    return _private(page, status)


def _invitation(found: AgencyApplication) -> str:
    """How far the first manager's way in has come: '', joined, sent or gone."""
    if found.agency_id is None:
        return ""
    if has_manager(found.agency_id):
        return "joined"
    last = last_invitation(found.agency_id, found.email)
    is_open = last and not (last.used_at or last.withdrawn_at or is_expired(last))
    return "sent" if is_open else "gone"


def _invited(application_id: uuid.UUID, made: Welcome) -> Response:
    found = _found(application_id)
    page = render_template(
        "staff/invited.html",
        email=found.email,
        mailed=made.mailed,
        link=shown_link(made),
        back=url_for("applications.application", application_id=application_id),
    )
    return _private(page, 200)


def _private(page: str, status: int) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
