"""The pages of broken glass: breaking it, and a coordinator's review."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from core.actors import Actor
from core.clock import now
from core.db import write
from core.errors import RefusedError
from core.forms import Typed
from core.i18n import _, language, say
from core.pages import add_nav
from referral.commands.consent.glass import break_glass, may_break, read_glass, review_glass
from referral.commands.record.reading import Seen, read_referral
from referral.models import Referral
from referral.pages.private import no_store, private_page
from referral.pages.referrals.panels import add_panel
from referral.queries.glass import glass_to_review, is_open_for, marked_by_glass
from referral.queries.referrals import any_referral_by_code
from referral.rules.consent import SHARED
from referral.rules.glass import OPEN_FOR
from referral.rules.states import UNANSWERED
from referral.wording import releases

blueprint = Blueprint("glass", __name__)
RIGHT, WRONG = "right", "wrong"


def register(app: Flask) -> None:
    """Add the pages to the app."""
    add_nav("glass.index", _("Broken glass"))
    app.register_blueprint(blueprint)
    add_panel(glass_panel)


def glass_panel(actor: Actor, seen: Seen) -> tuple[str, dict[str, Any]] | None:
    """On the page of a referral: that its glass was broken, and the way to break it."""
    referral = seen.referral
    waits = referral.state in UNANSWERED and not seen.is_sealed and not seen.is_erased
    can = waits and may_break(actor, referral)
    was_broken = bool(marked_by_glass([referral.id]))
    if not can and not was_broken:
        return None
    return "referrals/_glass.html", {
        "code": referral.code, "can": can, "was_broken": was_broken, "is_open": seen.by_glass,
    }  # fmt: skip


@blueprint.get("/referrals/<ruj>/glass")
def form(ruj: str) -> Response:
    """Ask for the reason; or, within the hour, show who it is."""
    return _form(_asked(ruj))


@blueprint.post("/referrals/<ruj>/glass")
def break_it(ruj: str) -> Response:
    """Open who it is, tell everybody, and wait for the review."""
    referral = _asked(ruj)
    typed = Typed(MultiDict(request.form))
    if not typed.is_protected():
        return _form(referral, typed, 422)
    try:
        write(break_glass, who(), code=ruj, reason=typed.get("reason"))
    except RefusedError as refusal:
        typed.note(refusal)
        return _form(referral, typed, 422)
    return no_store(redirect(url_for("glass.form", ruj=ruj), 303))


@blueprint.get("/glass")
def index() -> Response:
    """What was broken in the coordinator's area; what waits for a review first."""
    return private_page("glass/index.html", glass=glass_to_review(who()))


@blueprint.get("/glass/<uuid:glass_id>")
def show(glass_id: uuid.UUID) -> Response:
    """The reason that was given; that it was read is recorded."""
    return _review(glass_id, Typed())


@blueprint.post("/glass/<uuid:glass_id>")
def review(glass_id: uuid.UUID) -> Response:
    """Say whether it was right."""
    typed = Typed(MultiDict(request.form))
    if not typed.is_protected():
        return _review(glass_id, typed, 422)
    said = typed.get("was_right")
    if said not in (RIGHT, WRONG):
        typed.errors["was_right"] = gettext("Choose one")
        return _review(glass_id, typed, 422)
    try:
        write(
            review_glass,
            who(),
            glass_id=glass_id,
            was_right=said == RIGHT,
            words=typed.get("words"),
        )
    except RefusedError as refusal:
        typed.note(refusal)
        return _review(glass_id, typed, 422)
    flash(gettext("Your review was kept. Both agencies see it in their audit."), "good")
    return no_store(redirect(url_for("glass.index"), 303))


def _asked(ruj: str) -> Referral:
    """The referral, for whoever may break its glass; for anybody else there is none."""
    found = any_referral_by_code(ruj)
    if found is None or not may_break(who(), found):
        abort(404)
    return found


def _form(referral: Referral, typed: Typed | None = None, status: int = 200) -> Response:
    is_open = is_open_for(who(), referral, now())
    seen = write(read_referral, who(), code=referral.code) if is_open else None
    return private_page(
        "glass/form.html",
        status,
        code=referral.code,
        can_break=referral.state in UNANSWERED,
        is_open=is_open,
        known=_texts(seen),
        form=typed or Typed(),
        minutes=int(OPEN_FOR.total_seconds() // 60),
    )


def _texts(seen: Seen | None) -> list[tuple[str, str]]:
    """What identifies, as far as it was released; names of fields and words."""
    if seen is None:
        return []
    tell = say(language())
    known = ((field.name, seen.fields.get(field.name)) for field in SHARED)
    return [(tell(releases.FIELDS[name]), text) for name, text in known if isinstance(text, str)]


def _review(glass_id: uuid.UUID, typed: Typed, status: int = 200) -> Response:
    opened = write(read_glass, who(), glass_id=glass_id)
    return private_page("glass/review.html", status, opened=opened, form=typed)
