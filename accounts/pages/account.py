"""The own account: name, language, password, sessions; and signing out."""

from __future__ import annotations

import uuid

from flask import Blueprint, Flask, abort, flash, redirect, url_for
from flask_babel import format_timedelta, gettext, ngettext
from werkzeug.wrappers import Response

from accounts.commands.own_account import change_password, change_profile
from accounts.commands.sessions import end_all_sessions, end_session
from accounts.current import present
from accounts.forms.passwords import check_new_password
from accounts.pages.common import page, signed_in, typed
from accounts.pages.cookies import take_session
from accounts.pages.proving import confirm_password
from accounts.pages.role_words import role_words
from accounts.queries.own import factors_of, open_sessions, own_account, session_of
from accounts.queries.who import Present
from core.clock import now
from core.db import write
from core.errors import RefusedError
from core.forms import Typed
from core.hashing import hash_password
from core.hosts import address_of
from core.i18n import COOKIE as LANGUAGE_COOKIE
from core.i18n import LANGUAGES

blueprint = Blueprint("account", __name__)


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/account")
def own() -> Response:
    """Everything of one's own in one place."""
    return _page(signed_in(), Typed())


@blueprint.post("/account/profile")
def profile() -> Response:
    """Name and language."""
    here, given = signed_in(), typed()
    if not given.is_protected():
        return _page(here, given, 422)
    language = given.get("language")
    try:
        write(
            change_profile,
            here.actor,
            account_id=here.account_id,
            name=given.get("name"),
            language=language,
        )
    except RefusedError as refusal:
        given.note(refusal)
        return _page(here, given, 422)
    flash(gettext("Saved"), "success")
    response = redirect(url_for("account.own"))
    if language in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, language, max_age=365 * 86400, samesite="Lax", httponly=True
        )
    return response


@blueprint.post("/account/password")
def password() -> Response:
    """A new password; every other session ends."""
    here, given = signed_in(), typed()
    account = own_account(here.account_id)
    new = check_new_password(given, email=account.email, name=account.name)
    wrong = gettext("This is not your present password")
    if not (given.is_protected() and confirm_password(given, here, wrong)):
        return _page(here, given, 422)
    ended = write(
        change_password,
        here.actor,
        account_id=here.account_id,
        new_hash=hash_password(new),
        session_id=here.session_id,
    )
    done = gettext("Your password is changed.")
    others = ngettext(
        "%(num)s other session was ended.", "%(num)s other sessions were ended.", ended
    )
    flash(f"{done} {others}" if ended else done, "success")
    return redirect(url_for("account.own"))


@blueprint.post("/account/sessions/<uuid:session_id>/end")
def end(session_id: uuid.UUID) -> Response:
    """End one of the own sessions: a phone that was lost."""
    here, given = signed_in(), typed()
    if session_of(here.account_id, session_id) is None:
        abort(404)
    if not given.is_protected():
        return _page(here, given, 422)
    if session_id == here.session_id:
        return _sign_out(here)
    write(end_session, here.actor, session_id=session_id)
    flash(gettext("The session was ended."), "success")
    return redirect(url_for("account.own"))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """Here only. Who is not signed in (any more) is told the same."""
    if not typed().is_protected():
        return redirect(url_for("account.own" if present() else "sign_in.form"))
    return _sign_out(present())


@blueprint.post("/sign-out/everywhere")
def sign_out_everywhere() -> Response:
    """On every device."""
    here, given = signed_in(), typed()
    if not given.is_protected():
        return _page(here, given, 422)
    write(end_all_sessions, here.actor, account_id=here.account_id)
    return _out()


def _sign_out(here: Present | None) -> Response:
    if here is not None:
        write(end_session, here.actor, session_id=here.session_id)
    return _out()


def _out() -> Response:
    response = redirect(url_for("sign_in.form"))
    take_session(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _page(here: Present, given: Typed, status: int = 200) -> Response:
    return page(
        "accounts/account.html",
        status,
        form=given,
        account=own_account(here.account_id),
        roles=role_words(grant.role for grant in here.actor.grants),
        factors=factors_of(here.account_id),
        sessions=[
            (session, format_timedelta(session.seen_at - now(), add_direction=True))
            for session in open_sessions(here.account_id)
        ],
        here=here.session_id,
        come_back=address_of(url_for("leaving.come_back")),
    )
