"""The second step of signing in: a code of the app, a passkey, or a code from paper."""

from __future__ import annotations

import uuid

from flask import Blueprint, Flask, abort, jsonify, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.commands.factors import use_recovery_code, use_totp
from accounts.commands.passkeys import ask, use_passkey
from accounts.current import present
from accounts.pages.common import next_address, page, site, typed
from accounts.pages.cookies import give_session, known_device, remember_device
from accounts.pages.proving import Attempt, begin, failed
from accounts.pages.sign_in import answered, no_store
from accounts.pages.start import start_of
from accounts.queries.own import factors_of
from accounts.queries.passkeys import request_options
from accounts.queries.proof import recovery_hash, step_of_code
from accounts.queries.who import Present
from accounts.rules.local import HOME
from accounts.rules.sessions import Wait
from core.db import write
from core.errors import RefusedError
from core.forms import Typed

blueprint = Blueprint("second_step", __name__, url_prefix="/sign-in/second")
PURPOSE = "second factor"


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("")
def form() -> Response:
    """Asked of a session that waits for it; any other goes on."""
    here = present()
    if here is None:
        return redirect(url_for("sign_in.form", next=next_address()))
    if here.waits is not Wait.FACTOR:
        return redirect(next_address())
    return _page(here, Typed())


@blueprint.post("")
def with_code() -> Response:
    """A code of the app, or one from paper."""
    here, given = _waiting(), typed()
    field = "recovery" if given.get("recovery").strip() else "code"
    given.need(field)
    if not given.is_protected():
        return _page(here, given, 422)
    attempt = _begin(here, given, field)
    if attempt.id is None:
        return _page(here, given, attempt.status, attempt)
    try:
        token = _show(here, given.get(field), field, attempt.id)
    except RefusedError as refusal:
        failed(here.account_id, "recovery code" if field == "recovery" else "code")
        given.note(refusal)
        return _page(here, given, 422)
    return _strong(here, token)


def _show(here: Present, code: str, field: str, attempt_id: uuid.UUID) -> str:
    facts = {
        "account_id": here.account_id,
        "session_id": here.session_id,
        "attempt_id": attempt_id,
    }
    if field == "recovery":
        code_hash = recovery_hash(here.account_id, code)
        return write(use_recovery_code, here.actor, code_hash=code_hash, **facts)
    step = step_of_code(here.account_id, code)
    return write(use_totp, here.actor, step=step, **facts)


@blueprint.post("/options")
def passkey_options() -> Response:
    """What the browser needs so that one of the own passkeys can sign."""
    here = _waiting()
    if not typed().is_protected():
        abort(400)
    question, challenge = write(ask, here.actor, purpose=PURPOSE, account_id=here.account_id)
    options = request_options(site(), challenge, here.account_id)
    return no_store(jsonify(question=str(question), options=options))


@blueprint.post("/passkey")
def with_passkey() -> Response:
    """One of the own passkeys."""
    here, given = _waiting(), typed()
    if not given.is_protected():
        return _page(here, given, 422)
    attempt = _begin(here, given, "passkey")
    if attempt.id is None:
        return _page(here, given, attempt.status, attempt)
    signed = answered(given, PURPOSE, here.account_id)
    if signed is None:
        failed(here.account_id, "passkey")
        given.errors["passkey"] = gettext("The passkey did not fit. Try again, or use a code.")
        return _page(here, given, 422)
    token = write(
        use_passkey,
        here.actor,
        passkey_id=signed.passkey_id,
        sign_count=signed.sign_count,
        session_id=here.session_id,
        attempt_id=attempt.id,
    )
    return _strong(here, token)


def _begin(here: Present, given: Typed, field: str) -> Attempt:
    device = known_device(here.account_id)
    return begin(given, field, f"code:{here.account_id}", device)


def _waiting() -> Present:
    here = present()
    if here is None or here.waits is not Wait.FACTOR:
        abort(404)
    return here


def _strong(here: Present, token: str) -> Response:
    then = next_address()
    response = redirect(start_of(here.actor) if then == HOME else then)
    give_session(response, token)
    remember_device(response, here.account_id)
    return response


def _page(
    here: Present, given: Typed, status: int = 200, attempt: Attempt | None = None
) -> Response:
    response = page(
        "accounts/second_step.html",
        status,
        form=given,
        next=next_address(),
        factors=factors_of(here.account_id),
    )
    if attempt and attempt.wait_seconds:
        response.headers["Retry-After"] = str(attempt.wait_seconds)
    return response
