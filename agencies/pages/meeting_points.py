"""Pages for managers: the points where the agency meets people."""

from __future__ import annotations

import uuid

from flask import (
    Blueprint,
    Flask,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.commands.secret.meeting import remove_meeting_point, say_meeting_point
from agencies.forms.secret import MeetingForm
from agencies.models import Agency
from agencies.pages.secret_places import no_store, note
from agencies.pages.secret_view import point_values, points_view
from agencies.queries.secret.meeting import agency_with_points, point_of_agency, points_of
from core.db import write
from core.errors import RefusedError
from core.forms import Protection, why_not_taken
from core.i18n import language

blueprint = Blueprint("meeting_points", __name__, url_prefix="/entry/meeting-points")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/<uuid:agency_id>")
def index(agency_id: uuid.UUID) -> Response:
    """The meeting points of an agency, and a form for one more."""
    agency = agency_with_points(who(), agency_id) or abort(404)
    return _page(agency, None, MeetingForm(MultiDict()))


@blueprint.get("/<uuid:agency_id>/<uuid:point_id>")
def edit(agency_id: uuid.UUID, point_id: uuid.UUID) -> Response:
    """One of them, to change."""
    agency = agency_with_points(who(), agency_id) or abort(404)
    point = point_of_agency(agency_id, point_id) or abort(404)
    return _page(agency, point_id, MeetingForm(point_values(point)))


@blueprint.post("/<uuid:agency_id>")
def add(agency_id: uuid.UUID) -> Response:
    """One more."""
    agency = agency_with_points(who(), agency_id) or abort(404)
    return _save(agency, None)


@blueprint.post("/<uuid:agency_id>/<uuid:point_id>")
def save(agency_id: uuid.UUID, point_id: uuid.UUID) -> Response:
    """Change one."""
    agency = agency_with_points(who(), agency_id) or abort(404)
    point_of_agency(agency_id, point_id) or abort(404)
    return _save(agency, point_id)


@blueprint.post("/<uuid:agency_id>/<uuid:point_id>/remove")
def remove(agency_id: uuid.UUID, point_id: uuid.UUID) -> Response:
    """Nobody is met there any more."""
    agency = agency_with_points(who(), agency_id) or abort(404)
    point_of_agency(agency_id, point_id) or abort(404)
    if not Protection().validate():
        return _late(agency, point_id, MeetingForm(MultiDict()))
    write(remove_meeting_point, who(), agency_id=agency_id, point_id=point_id)
    return no_store(redirect(url_for("meeting_points.index", agency_id=agency_id), 303))


def _save(agency: Agency, point_id: uuid.UUID | None) -> Response:
    agency_id, form = agency.id, MeetingForm(MultiDict(request.form))
    wanted = form.read()
    if not Protection().validate():
        return _late(agency, point_id, form)
    if wanted is None:
        return _page(agency, point_id, form, 422)
    try:
        write(say_meeting_point, who(), agency_id=agency_id, point_id=point_id, wanted=wanted)
    except RefusedError as refusal:
        note(form.errors, refusal)
        again = agency_with_points(who(), agency_id) or abort(404)
        return _page(again, point_id, form, 422)
    return no_store(redirect(url_for("meeting_points.index", agency_id=agency_id), 303))


def _late(agency: Agency, point_id: uuid.UUID | None, form: MeetingForm) -> Response:
    form.errors["csrf"] = why_not_taken()
    return _page(agency, point_id, form, 422)


def _page(
    agency: Agency, point_id: uuid.UUID | None, form: MeetingForm, status: int = 200
) -> Response:
    page = render_template(
        "entry/meeting_points.html",
        agency=agency,
        points=points_view(points_of(agency.id), language()),
        point_id=point_id,
        form=form,
        protection=Protection(),
    )
    return no_store(make_response(page, status))
