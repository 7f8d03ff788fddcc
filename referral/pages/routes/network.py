"""`/network/routes`: the declared routes and the agreements of an area, for coordinators."""

from __future__ import annotations

import uuid

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import all_needs
from core.clock import now
from core.db import write
from core.errors import RefusedError
from core.forms import Typed
from core.i18n import _, language, say
from core.pages import add_footer
from referral.commands.routes.pathway import change_route, may_change_pathway, switch_route
from referral.forms.routes import RouteForm
from referral.pages.referrals.common import page
from referral.pages.routes.view import agreement_view, choices, route_view
from referral.queries.agreements import agreements_kept
from referral.queries.routes import RoutesWanted, declared, route_by_id

blueprint = Blueprint("routes", __name__, url_prefix="/network/routes")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    add_footer("routes.network", _("Routes and agreements"))
    app.register_blueprint(blueprint)


@blueprint.get("")
def network() -> Response:
    """The pathway by type and need, and what agencies agreed on."""
    return _network()


@blueprint.get("/<uuid:route_id>")
def edit(route_id: uuid.UUID) -> Response:
    """What a declared route needs first, and within what time."""
    row = route_by_id(route_id) or abort(404)
    return _edit(route_id, RouteForm.of(row))


@blueprint.post("/<uuid:route_id>")
def save(route_id: uuid.UUID) -> Response:
    """Change it."""
    form = RouteForm.sent()
    wanted = form.read()
    if form.errors:
        return _edit(route_id, form, 422)
    try:
        write(change_route, who(), route_id=route_id, wanted=wanted)
    except RefusedError as refusal:
        form.note(refusal)
        return _edit(route_id, form, 422)
    flash(gettext("Saved."), "good")
    return redirect(url_for("routes.network"), 303)


@blueprint.post("/<uuid:route_id>/switch")
def switch(route_id: uuid.UUID) -> Response:
    """Switch it off, or on again."""
    typed = Typed.sent()
    is_off = typed.get("off") == "1"
    if not typed.errors:
        try:
            write(switch_route, who(), route_id=route_id, is_off=is_off)
        except RefusedError as refusal:
            typed.note(refusal)
    if typed.errors:
        return _network(422, next(iter(typed.errors.values())))
    word = gettext("Switched off: it is no known route any more.") if is_off else ""
    flash(word or gettext("Switched on again."), "good")
    return redirect(url_for("routes.network"), 303)


def _wanted() -> RoutesWanted:
    """What was asked for; what is no type or need is as if not asked."""
    asked = request.args
    return RoutesWanted(
        from_type=asked.get("from", "") if asked.get("from") in AGENCY_TYPES else "",
        to_type=asked.get("to", "") if asked.get("to") in AGENCY_TYPES else "",
        need=asked.get("need", "") if asked.get("need") in all_needs() else "",
        only_off=asked.get("off") == "1",
    )


def _network(status: int = 200, error: str = "") -> Response:
    wanted = _wanted()
    return page(
        "routes/network.html",
        status,
        wanted=wanted,
        error=error,
        rows=[route_view(row) for row in declared(wanted)],
        agreements=[agreement_view(one) for one in agreements_kept(who(), now())],
        may_change=may_change_pathway(who()),
        **choices(say(language())),
    )


def _edit(route_id: uuid.UUID, form: RouteForm, status: int = 200) -> Response:
    row = route_by_id(route_id) or abort(404)
    return page(
        "routes/edit.html",
        status,
        route=route_view(row),
        form=form,
        may_change=may_change_pathway(who()),
        **choices(say(language())),
    )
