"""`/welcome/<token>`: taking an invitation up. Looking at it uses nothing up."""

from __future__ import annotations

from flask import Blueprint, Flask, make_response, redirect, render_template
from flask_babel import format_date, gettext
from werkzeug.wrappers import Response

from accounts.commands.invitations import (
    NOT_OPEN,
    SOMEBODY_ELSE,
    begins_anew,
    join_with_new_account,
    join_with_own_account,
)
from accounts.current import who
from accounts.forms.passwords import why_refused
from accounts.models import Account, Invitation
from accounts.pages.places_of_work import ROLE_HINTS, role_said
from accounts.queries.invitations import invitation_behind
from accounts.queries.registry import agency_known
from accounts.queries.staff import account_by_email
from accounts.rules.passwords import weakness
from core.db import write
from core.errors import RefusedError
from core.forms import Protection, Typed
from core.hashing import hash_password

blueprint = Blueprint("welcome", __name__)

SIGN_IN = "/sign-in"


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/welcome/<token>")
def show(token: str) -> Response:
    """What one is invited to, and the form that takes it up."""
    invitation = invitation_behind(token)
    return _page(invitation, Typed()) if invitation else _closed()


@blueprint.post("/welcome/<token>")
def join(token: str) -> Response:
    """Become a member: with a name and a new password, or with the account that is signed in."""
    invitation = invitation_behind(token)
    if invitation is None:
        return _closed()
    typed, account = Typed.sent(), account_by_email(invitation.email)
    if account and not begins_anew(invitation, account):
        return _join_as(account, invitation, typed, token)
    return _join_new(invitation, typed, token)


def _join_as(account: Account, invitation: Invitation, typed: Typed, token: str) -> Response:
    if who().id != account.id:
        typed.errors["invitation"] = gettext(SOMEBODY_ELSE)
    if not typed.errors:
        try:
            write(join_with_own_account, who(), token=token)
            return redirect("/staff", 303)
        except RefusedError as refusal:
            typed.note(refusal)
    return _page(invitation_behind(token), typed, 422)


def _join_new(invitation: Invitation, typed: Typed, token: str) -> Response:
    _check_password(typed, invitation.email)
    if not typed.errors:
        # Hashing is slow on purpose: no transaction waits for it.
        kept = hash_password(typed.get("password"))
        try:
            write(
                join_with_new_account,
                who(),
                token=token,
                name=typed.get("name"),
                password_hash=kept,
            )
            return _private(render_template("staff/joined.html", sign_in=SIGN_IN), 200)
        except RefusedError as refusal:
            typed.note(refusal)
    return _page(invitation_behind(token), typed, 422)


def _check_password(typed: Typed, email: str) -> None:
    password = typed.get("password")
    found = weakness(password, email=email, name=typed.get("name"))
    if found is not None:
        typed.errors["password"] = why_refused(found)
    elif password != typed.get("password_again"):
        typed.errors["password_again"] = gettext("This is not the same password")


def _page(invitation: Invitation | None, typed: Typed, status: int = 200) -> Response:
    if invitation is None:
        return _closed()
    account = account_by_email(invitation.email)
    if account and begins_anew(invitation, account):
        account = None  # as if there were none yet: a name and a password are asked for
    agency = agency_known(invitation.agency_id) if invitation.agency_id else None
    page = render_template(
        "staff/welcome.html",
        agency=agency,
        roles=[
            (role_said(role, invitation.area, invitation.agency_id), gettext(ROLE_HINTS[role]))
            for role in invitation.roles
        ],
        email=invitation.email,
        until=format_date(invitation.expires_at, "d MMMM y"),
        has_account=account is not None,
        is_present=account is not None and who().id == account.id,
        somebody_else=who().id is not None and (account is None or who().id != account.id),
        form=typed,
        protection=Protection(),
        sign_in=SIGN_IN,
    )
    return _private(page, status)


def _closed() -> Response:
    """The same for an unknown, used, expired and withdrawn invitation."""
    page = render_template("staff/closed.html", title=gettext(NOT_OPEN))
    return _private(page, 404)


def _private(page: str, status: int) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
