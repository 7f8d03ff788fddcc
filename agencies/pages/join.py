"""`/join`: an agency applies, and sees what became of it."""

from __future__ import annotations

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
from flask_babel import format_date, gettext
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.commands.applications import THROTTLED, apply_to_join
from agencies.forms.join import TRAP, JoinForm
from agencies.queries.applications import address_key, application_behind, status_token
from agencies.rules.agency_types import AGENCY_TYPES
from core.db import write
from core.errors import RefusedError
from core.forms import Protection, Typed
from core.i18n import _
from core.pages import add_footer

blueprint = Blueprint("join", __name__, url_prefix="/join")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)
    add_footer("join.form", _("For agencies: join"))


@blueprint.get("")
def form() -> Response:
    """The empty form."""
    return _page(JoinForm(Typed()), 200)


@blueprint.post("")
def apply() -> Response:
    """Apply; on to the page that says what happens next."""
    wanted = JoinForm(Typed.sent())
    said = wanted.read()
    if said is None:
        return _page(wanted, 422)
    try:
        own_id = write(
            apply_to_join, who(), said=said, address_key=address_key(request.remote_addr or "")
        )
    except RefusedError as refusal:
        wanted.typed.note(refusal)
        return _page(wanted, 429 if THROTTLED in wanted.typed.errors else 422)
    return redirect(url_for("join.status", token=status_token(own_id)), 303)


@blueprint.get("/status/<token>")
def status(token: str) -> Response:
    """What happens next, or what was decided; the link opens nothing else."""
    found = application_behind(token) or abort(404)
    page = render_template(
        "join/status.html",
        name=found.name,
        state=found.state.value,
        received=format_date(found.received_at, "d MMMM y"),
        reason=found.reason,
    )
    return _private(page, 200)


def _page(wanted: JoinForm, status: int) -> Response:
    page = render_template(
        "join/form.html",
        form=wanted.typed,
        choices=wanted.choices,
        trap=TRAP,
        types=[(code, gettext(label)) for code, label in AGENCY_TYPES.items()],
        protection=Protection(),
    )
    return _private(page, status)


def _private(page: str, status: int) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
