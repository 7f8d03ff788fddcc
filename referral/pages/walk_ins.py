"""A person at the door takes a place, in one tap; a slip of the thumb is taken back."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.current import who
from core.db import write
from core.errors import HiddenError, RefusedError
from core.forms import Protection, why_not_taken
from core.i18n import language, say
from core.ids import parse_id
from referral.commands.beds.walk_ins import take_at_the_door, undo_at_the_door
from referral.pages.board import board_page

blueprint = Blueprint("walk_ins", __name__, url_prefix="/board/walk-in")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.post("")
def take() -> Response:
    """One place of a pool is occupied from now on."""
    pool_id = parse_id(request.form.get("pool", ""))
    if pool_id is None:
        raise HiddenError
    return _done(take_at_the_door, gettext("A place is taken."), pool_id=pool_id)


@blueprint.post("/undo")
def undo() -> Response:
    """It was nobody."""
    hold_id = parse_id(request.form.get("hold", ""))
    if hold_id is None:
        raise HiddenError
    return _done(undo_at_the_door, gettext("Taken back: the place is free again."), hold_id=hold_id)


def _done(command, words: str, **given: object) -> Response:  # type: ignore[no-untyped-def]
    if not Protection().validate():
        return board_page(422, why_not_taken())
    try:
        write(command, who(), **given)
    except RefusedError as refusal:
        tell = say(language())
        trouble = refusal.troubles[0]
        return board_page(422, tell(trouble.message, **dict(trouble.values)))
    flash(words, "good")
    return redirect(url_for("board.index"), 303)
