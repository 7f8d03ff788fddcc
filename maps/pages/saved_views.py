"""Saved views: a page of the network with one's choices, under a name of one's own."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.commands.saved_views import forget_view, save_view
from accounts.current import who
from accounts.queries.saved_views import saved_views_of
from core.db import write
from core.errors import HiddenError, RefusedError
from core.forms import Protection, why_not_taken
from core.i18n import language, say
from core.ids import parse_id
from maps.pages.common import CHOICES, VIEWS, kept, page

blueprint = Blueprint("saved_views", __name__, url_prefix="/network/views")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> Response:
    """One's saved views."""
    return _page()


@blueprint.post("")
def save() -> Response:
    """Save the choices of a page."""
    where = request.form.get("page", "")
    if where not in VIEWS:
        raise HiddenError
    choices = kept(request.form)
    wanted = {"page": where, "name": request.form.get("name", ""), **choices}
    if not Protection().validate():
        return _page(422, wanted, why_not_taken())
    try:
        write(save_view, who(), page=where, name=wanted["name"], choices=choices)
    except RefusedError as refusal:
        return _page(422, wanted, say(language())(refusal.troubles[0].message))
    flash(gettext("The view is saved."), "good")
    return redirect(url_for("saved_views.index"), 303)


@blueprint.post("/forget")
def forget() -> Response:
    """Delete a saved view."""
    view_id = parse_id(request.form.get("view", ""))
    if view_id is None:
        raise HiddenError
    if not Protection().validate():
        return _page(422, None, why_not_taken())
    try:
        write(forget_view, who(), view_id=view_id)
    except HiddenError:
        # Gone already, in another tab: the list says so. Of another's it says the same.
        return redirect(url_for("saved_views.index"), 303)
    flash(gettext("The view is deleted."), "good")
    return redirect(url_for("saved_views.index"), 303)


def _page(status: int = 200, wanted: dict[str, str] | None = None, error: str = "") -> Response:
    views = [
        {
            "id": one.id,
            "name": one.name,
            "page": VIEWS[one.page],
            "url": _address(one.page, one.query),
        }
        for one in saved_views_of(who())
        if one.page in VIEWS
    ]
    choices = {name: value for name, value in (wanted or {}).items() if name in CHOICES and value}
    values = {"wanted": wanted, "wanted_choices": choices, "error": error, "pages": VIEWS}
    return page("maps/views.html", status, views=views, **values)


def _address(page: str, query: str) -> str:
    choices: dict[str, Any] = {k: value for k, value in parse_qsl(query) if k in CHOICES}
    return url_for(page, **choices)
