"""`/keys`: the keys of an agency's programs."""

from __future__ import annotations

import uuid

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask_babel import format_date, format_datetime, gettext
from werkzeug.wrappers import Response

from accounts.bearer import scopes_offered
from accounts.commands.keys import WRONG_LIFE, end_key, make_key
from accounts.current import who
from accounts.models import ApiKey
from accounts.pages.places_of_work import Group, agency_group
from accounts.queries.keys import keys_of
from accounts.rules.keys import is_live
from accounts.rules.rights import Right, Scope, holds, holds_for
from core.actors import Actor
from core.clock import now
from core.db import write
from core.errors import RefusedError
from core.forms import Protection, Typed
from core.i18n import _
from core.ids import parse_id
from core.pages import add_footer

blueprint = Blueprint("keys", __name__, url_prefix="/keys")

SCOPE_NAMES: dict[str, str] = {
    Scope.FIND: _("Find who can take somebody"),
    Scope.DIRECTORY: _("Read the directory"),
    Scope.BEDS: _("Say how many places are free"),
    Scope.REFERRALS: _("Refer and answer referrals, without reading who the person is"),
}
USUAL_DAYS = 90


def register(app: Flask) -> None:
    """Add the pages to the app."""
    add_footer("keys.index", _("Keys for programs"))
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> Response:
    """The keys of the agencies that the reader manages, and a form for a new one."""
    agencies = _agencies(who())
    return _page(agencies, Typed())


@blueprint.post("")
def make() -> Response:
    """A new key, shown once."""
    agencies, typed = _agencies(who()), Typed.sent()
    agency = _chosen(agencies, typed)
    secret = None if typed.errors else _make(agency, typed)
    if secret is None:
        return _page(agencies, typed, 422)
    page = render_template("keys/made.html", secret=secret, group=agency)
    return _private(page, 200)


@blueprint.post("/<uuid:key_id>/end")
def end(key_id: uuid.UUID) -> Response:
    """A key opens nothing any more."""
    agencies, typed = _agencies(who()), Typed.sent()
    if typed.errors:
        return _page(agencies, typed, 422)
    write(end_key, who(), key_id=key_id)
    flash(gettext("The key has ended: it opens nothing any more."), "good")
    return redirect(url_for("keys.index"), 303)


def _agencies(actor: Actor) -> list[Group]:
    """The agencies whose keys the reader manages; 404 without any."""
    managed = [
        agency_group(agency_id)
        for agency_id in sorted(actor.agencies)
        if holds(actor.grants, Right.MANAGE_KEYS)
        and holds_for(actor.grants, Right.MANAGE_KEYS, agency_id=agency_id)
    ]
    return [agency for agency in managed if agency] or abort(404)


def _chosen(agencies: list[Group], typed: Typed) -> Group:
    wanted = parse_id(typed.get("agency")) if typed.get("agency") else agencies[0].agency_id
    found = [agency for agency in agencies if agency.agency_id == wanted]
    return found[0] if found else abort(404)


def _make(agency: Group, typed: Typed) -> str | None:
    assert agency.agency_id is not None  # `_agencies` gives agencies only
    offered = [scope.value for scope in scopes_offered(current_app)]
    scopes = [Scope(scope) for scope in typed.chosen("scopes") if scope in offered]
    days = typed.get("days").strip()
    if not (days.isascii() and days.isdigit() and len(days) < 5):
        typed.errors["days"] = gettext(WRONG_LIFE)
        return None
    try:
        return write(
            make_key,
            who(),
            agency_id=agency.agency_id,
            name=typed.get("name"),
            scopes=scopes,
            days=int(days),
        )
    except RefusedError as refusal:
        typed.note(refusal)
        return None


def _page(agencies: list[Group], typed: Typed, status: int = 200) -> Response:
    page = render_template(
        "keys/index.html",
        agencies=[(agency, [_row(key) for key in _keys(agency)]) for agency in agencies],
        form=typed,
        protection=Protection(),
        usual_days=USUAL_DAYS,
        scopes=[
            (scope.value, gettext(SCOPE_NAMES[scope])) for scope in scopes_offered(current_app)
        ],
    )
    return _private(page, status)


def _keys(agency: Group) -> list[ApiKey]:
    return keys_of(agency.agency_id) if agency.agency_id else []


def _row(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "start": key.start,
        "scopes": ", ".join(gettext(SCOPE_NAMES[scope]) for scope in key.scopes),
        "until": format_date(key.expires_at, "d MMMM y"),
        "used": format_datetime(key.used_at, "d MMMM y, HH.mm") if key.used_at else "",
        "live": is_live(expires_at=key.expires_at, ended_at=key.ended_at, now=now()),
        "ended": key.ended_at is not None,
    }


def _private(page: str, status: int) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
