"""The own second factors: an app, passkeys, codes on paper."""

from __future__ import annotations

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode

import segno
from flask import Blueprint, Flask, abort, flash, jsonify, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.commands.factors import enrol_totp, make_recovery_codes, remove_totp
from accounts.commands.passkeys import add_passkey, ask, remove_passkey, take_question
from accounts.pages.common import next_address, page, signed_in, site, typed
from accounts.pages.cookies import give_session, remember_device
from accounts.pages.proving import confirm_password
from accounts.pages.sign_in import no_store
from accounts.queries.own import factors_of, own_account
from accounts.queries.passkeys import creation_options, passkey_made
from accounts.queries.proof import totp_place
from accounts.queries.who import Present
from accounts.rules.sessions import Wait
from core.clock import now
from core.crypto import CannotUnsealError, seal, unseal
from core.db import write
from core.errors import RefusedError
from core.forms import Typed
from core.ids import parse_id
from core.keystore import keystore
from core.totp import app_address, new_secret, spelt, step_shown

blueprint = Blueprint("factors", __name__, url_prefix="/account/second-factor")
ADDING = "add"


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("")
def overview() -> Response:
    """What there is, and what can be added; where somebody begins who must have one."""
    return _overview(signed_in(), Typed())


@blueprint.get("/app")
def app_form() -> Response:
    """A new secret for an app, as a square of dots and as letters."""
    here = signed_in()
    if factors_of(here.account_id).has_app:
        return redirect(url_for("factors.overview"))
    return _app_page(here, Typed(), new_secret())


@blueprint.post("/app")
def enrol_app() -> Response:
    """The first code of the app proves that it has the secret."""
    here, given = signed_in(), typed()
    secret = _pending(here, given.get("pending"))
    if secret is None:
        return redirect(url_for("factors.app_form", next=next_address()))
    code = "".join(sign for sign in given.need("code") if sign in "0123456789")
    step = step_shown(secret, code, now(), None)
    if given.get("code").strip() and step is None:
        given.errors["code"] = gettext(
            "This code is wrong. Type the newest one, and see that the phone's clock is right."
        )
    if not given.is_protected() or step is None:
        return _app_page(here, given, secret, 422)
    place = totp_place(here.account_id)
    sealed = seal(keystore().key(place), secret, place)
    first = not factors_of(here.account_id).any
    try:
        token = write(
            enrol_totp,
            here.actor,
            account_id=here.account_id,
            sealed=sealed,
            step=step,
            session_id=here.session_id,
        )
    except RefusedError as refusal:
        given.note(refusal)
        return _app_page(here, given, secret, 422)
    return _enrolled(here, token, first)


@blueprint.post("/app/remove")
def remove_app() -> Response:
    """The app's codes count no longer; asks for the password."""
    here, given = signed_in(), typed()
    if not (given.is_protected() and _confirmed(given, here)):
        return _overview(here, given, 422)
    write(remove_totp, here.actor, account_id=here.account_id)
    return _removed(gettext("The app's codes count no longer."))


@blueprint.post("/passkeys/options")
def passkey_options() -> Response:
    """What the browser needs to make a passkey."""
    here = signed_in()
    if not typed().is_protected():
        abort(400)
    question, challenge = write(ask, here.actor, purpose=ADDING, account_id=here.account_id)
    options = creation_options(site(), here.account_id, challenge)
    return no_store(jsonify(question=str(question), options=options))


@blueprint.post("/passkeys")
def add() -> Response:
    """A passkey opens the account by itself, so the password is asked for again."""
    here, given = signed_in(), typed()
    name = " ".join(given.need("passkey_name").split())
    if not (given.is_protected() and _confirmed(given, here)):
        return _overview(here, given, 422)
    question = parse_id(given.get("question"))
    challenge = question and write(
        take_question,
        here.actor,
        question_id=question,
        purpose=ADDING,
        account_id=here.account_id,
    )
    made = passkey_made(site(), challenge, given.get("answer")) if challenge else None
    if made is None:
        given.errors["passkey"] = gettext("No passkey was made. Please try again.")
        return _overview(here, given, 422)
    first = not factors_of(here.account_id).any
    try:
        token = write(
            add_passkey,
            here.actor,
            account_id=here.account_id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=name,
            session_id=here.session_id,
        )
    except RefusedError as refusal:
        given.note(refusal)
        return _overview(here, given, 422)
    return _enrolled(here, token, first)


@blueprint.post("/passkeys/<uuid:passkey_id>/remove")
def remove(passkey_id: uuid.UUID) -> Response:
    """An own passkey counts no longer; asks for the password."""
    here, given = signed_in(), typed()
    if not any(passkey.id == passkey_id for passkey in factors_of(here.account_id).passkeys):
        abort(404)
    if not (given.is_protected() and _confirmed(given, here)):
        return _overview(here, given, 422)
    write(remove_passkey, here.actor, account_id=here.account_id, passkey_id=passkey_id)
    return _removed(gettext("The passkey counts no longer."))


@blueprint.post("/recovery-codes")
def new_codes() -> Response:
    """Ten new codes, shown this once; asks for the password."""
    here, given = signed_in(), typed()
    if not (given.is_protected() and _confirmed(given, here)):
        return _overview(here, given, 422)
    return _codes_page(here)


def _confirmed(given: Typed, here: Present) -> bool:
    return confirm_password(given, here, gettext("This is not your password"))


def _enrolled(here: Present, token: str, first: bool) -> Response:
    """With a first factor come the codes for the day on which it is lost."""
    response = _codes_page(here) if first else redirect(url_for("factors.overview"))
    give_session(response, token)
    remember_device(response, here.account_id)
    return response


def _codes_page(here: Present) -> Response:
    codes = write(make_recovery_codes, here.actor, account_id=here.account_id)
    return page("accounts/recovery_codes.html", codes=codes, next=next_address())


def _removed(text: str) -> Response:
    flash(text, "success")
    return redirect(url_for("factors.overview"))


def _overview(here: Present, given: Typed, status: int = 200) -> Response:
    return page(
        "accounts/factors.html",
        status,
        form=given,
        factors=factors_of(here.account_id),
        required=here.waits is Wait.ENROLMENT,
        next=next_address(),
    )


def _app_page(here: Present, given: Typed, secret: bytes, status: int = 200) -> Response:
    address = app_address(secret, own_account(here.account_id).email, "Rujukan")
    return page(
        "accounts/app.html",
        status,
        form=given,
        dots=segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"),
        letters=_in_fours(spelt(secret)),
        pending=_seal_pending(here, secret),
        next=next_address(),
    )


def _in_fours(text: str) -> str:
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _pending_place(here: Present) -> str:
    return f"{totp_place(here.account_id)}/pending/{here.session_id}"


def _seal_pending(here: Present, secret: bytes) -> str:
    """The secret travels with the form, sealed and bound to this session, until it is proved."""
    key = keystore().key(totp_place(here.account_id))
    return urlsafe_b64encode(seal(key, secret, _pending_place(here))).decode()


def _pending(here: Present, text: str) -> bytes | None:
    try:
        sealed = urlsafe_b64decode(text)
        return unseal(keystore().key(totp_place(here.account_id)), sealed, _pending_place(here))
    except (ValueError, CannotUnsealError):
        return None
