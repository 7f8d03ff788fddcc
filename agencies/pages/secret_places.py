"""Pages for managers: where a place is and who may know; the sealed address; meeting points.

None of them asks the map, the place suggestions or the geocoder: what is typed here stays in the
body of one post. Whoever may not use them gets the answer of an address that does not exist.
"""

from __future__ import annotations

import uuid
from typing import Any

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
from accounts.rules.rights import Right
from agencies.commands.secret.opening import Opened, open_address
from agencies.commands.secret.places import say_place
from agencies.doors import settings
from agencies.forms.secret import PlaceForm
from agencies.pages.secret_view import place_values, place_view
from agencies.queries.secret.guarded import Owned, owned_place
from core.db import write
from core.errors import RefusedError
from core.forms import Protection, why_not_taken
from core.i18n import language, say

blueprint = Blueprint("secret_places", __name__)


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/entry/place/<uuid:location_id>")
def edit(location_id: uuid.UUID) -> Response:
    """Where a place is and who may know; of a secret one everything but the address."""
    owned = owned_place(who(), location_id, Right.EDIT_ENTRY) or abort(404)
    return _page(owned, PlaceForm(place_values(owned.place)))


@blueprint.post("/entry/place/<uuid:location_id>")
def save(location_id: uuid.UUID) -> Response:
    """Say it anew."""
    owned = owned_place(who(), location_id, Right.EDIT_ENTRY) or abort(404)
    form = PlaceForm(MultiDict(request.form))
    wanted = form.read()
    if not Protection().validate():
        form.errors["csrf"] = why_not_taken()
    if wanted is None or form.errors:
        return _page(owned, form, 422)
    try:
        write(say_place, who(), location_id=location_id, wanted=wanted)
    except RefusedError as refusal:
        note(form.errors, refusal)
        return _page(owned, form, 422)
    return no_store(redirect(url_for("secret_places.edit", location_id=location_id), 303))


@blueprint.post("/places/<uuid:location_id>/address")
def address(location_id: uuid.UUID) -> Response:
    """Open the sealed address, once, for those who hold the right. It is in the audit."""
    owned = owned_place(who(), location_id, Right.OPEN_ADDRESS) or abort(404)
    if not Protection().validate():
        form = PlaceForm(place_values(owned.place))
        form.errors["csrf"] = why_not_taken()
        return _page(owned, form, 422)
    try:
        most = settings().address_openings
        opened = write(open_address, who(), location_id=location_id, most=most)
    except PermissionError:
        abort(404)
    return _opened(opened, location_id)


def _opened(opened: Opened, location_id: uuid.UUID) -> Response:
    page = render_template("entry/address.html", opened=opened, location_id=location_id)
    return no_store(make_response(page, 429 if opened.too_many else 200))


def _page(owned: Owned, form: PlaceForm, status: int = 200) -> Response:
    page = render_template(
        "entry/place.html",
        view=place_view(owned, who(), language()),
        form=form,
        protection=Protection(),
    )
    return no_store(make_response(page, status))


def note(errors: dict[str, str], refusal: RefusedError) -> None:
    """The sentences of a refusal, beside their fields."""
    tell = say(language())
    for trouble in refusal.troubles:
        errors[trouble.field] = tell(trouble.message, **dict(trouble.values))


def no_store(response: Any) -> Response:
    """Nobody may keep this answer."""
    made: Response = make_response(response)
    made.headers["Cache-Control"] = "no-store"
    return made
