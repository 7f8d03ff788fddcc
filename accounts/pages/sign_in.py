"""The sign-in page: who are you?"""

from __future__ import annotations

import uuid

from flask import Blueprint, Flask, abort, jsonify, redirect, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.commands.passkeys import ask, note_passkey_used, take_question
from accounts.commands.sign_in import Begun, sign_in
from accounts.current import present, who
from accounts.pages.common import client_address, next_address, page, settings, site, typed
from accounts.pages.cookies import give_session, known_device, remember_device
from accounts.pages.proving import Attempt, begin, failed
from accounts.pages.role_words import role_words
from accounts.pages.start import start_of
from accounts.queries.own import sample_accounts
from accounts.queries.passkeys import Signed, passkey_signed, request_options
from accounts.queries.proof import account_named, may_sign_in, sample_named, who_knows
from accounts.rules.devices import device_of
from accounts.rules.local import HOME
from accounts.rules.samples import SAMPLE_PASSWORD
from accounts.rules.sessions import Wait
from core.db import write
from core.forms import Typed
from core.hashing import hash_password
from core.i18n import COOKIE as LANGUAGE_COOKIE
from core.i18n import LANGUAGES
from core.ids import parse_id

blueprint = Blueprint("sign_in", __name__, url_prefix="/sign-in")
PASSWORDLESS = "sign in"


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("")
def form() -> Response:
    """Who is already signed in goes on."""
    here = present()
    if here is not None:
        return redirect(_onward(here.waits))
    return _page(Typed())


@blueprint.post("")
def with_password() -> Response:
    """E-mail address and password."""
    given = typed()
    email, password = given.need("email"), given.need("password")
    if not given.is_protected():
        return _page(given, 422)
    account = account_named(email)
    device = known_device(account.id if account else None)
    attempt = begin(given, "email", f"password:{email.strip().lower()}", device)
    if attempt.id is None:
        return _page(given, attempt.status, attempt)
    known = who_knows(email, password, samples=settings().demo)
    if known is None:
        failed(account.id if account else None, "password")
        given.errors["email"] = gettext("E-mail address or password is wrong")
        return _page(given, 422)
    new_hash = hash_password(password) if known.outdated else None
    return _enter(known.account_id, "password", attempt_id=attempt.id, new_hash=new_hash)


@blueprint.post("/sample")
def as_sample() -> Response:
    """One tap, in a demo only: a session of a sample account, as if a second factor was shown."""
    if not settings().demo:
        abort(404)
    given = typed()
    account = sample_named(given.get("email"))
    if account is None:
        abort(404)
    if not given.is_protected():
        return _page(given, 422)
    return _enter(account.id, "sample", strong=True)


@blueprint.post("/passkey/options")
def passkey_options() -> Response:
    """What the browser needs so that a passkey can sign, for whomever it turns out to be."""
    if not typed().is_protected():
        abort(400)
    question, challenge = write(ask, who(), purpose=PASSWORDLESS)
    options = request_options(site(), challenge, None)
    return no_store(jsonify(question=str(question), options=options))


@blueprint.post("/passkey")
def with_passkey() -> Response:
    """A passkey that asked its owner for a finger, a face or a PIN: both factors in one."""
    given = typed()
    if not given.is_protected():
        return _page(given, 422)
    attempt = begin(given, "passkey", f"passkey:{client_address()}")
    if attempt.id is None:
        return _page(given, attempt.status, attempt)
    signed = answered(given, PASSWORDLESS, None)
    if signed is None or not may_sign_in(signed.account_id, samples=settings().demo):
        failed(None, "passkey")
        given.errors["passkey"] = gettext("The passkey did not fit. Sign in with your password.")
        return _page(given, 422)
    write(
        note_passkey_used,
        who(),
        passkey_id=signed.passkey_id,
        sign_count=signed.sign_count,
    )
    return _enter(signed.account_id, "passkey", strong=True, attempt_id=attempt.id)


def answered(given: Typed, purpose: str, account_id: uuid.UUID | None) -> Signed | None:
    """The passkey that has signed the question of this form; the question is used up."""
    question = parse_id(given.get("question"))
    if question is None:
        return None
    challenge = write(
        take_question, who(), question_id=question, purpose=purpose, account_id=account_id
    )
    if challenge is None:
        return None
    return passkey_signed(site(), challenge, given.get("answer"), account_id)


def no_store(response: Response) -> Response:
    """The answer, for nobody to keep."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _enter(
    account_id: uuid.UUID,
    way: str,
    *,
    strong: bool = False,
    attempt_id: uuid.UUID | None = None,
    new_hash: str | None = None,
) -> Response:
    here = present()
    try:
        begun = write(
            sign_in,
            who(),
            account_id=account_id,
            way=way,
            strong=strong,
            attempt_id=attempt_id,
            new_hash=new_hash,
            device=device_of(request.headers.get("User-Agent", "")),
            instead_of=here.session_id if here else None,
        )
    except LookupError:
        given = Typed(errors={"email": gettext("E-mail address or password is wrong")})
        return _page(given, 422)
    return _entered(begun, account_id)


def _entered(begun: Begun, account_id: uuid.UUID) -> Response:
    session.clear()  # what the pages kept for the visitor is not the member's
    then = next_address()
    if then == HOME and begun.waits is None:
        then = start_of(begun.actor)
    response = redirect(onward(begun.waits, then))
    give_session(response, begun.token)
    if begun.waits is None:
        remember_device(response, account_id)
    if begun.language in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, begun.language, max_age=365 * 86400, samesite="Lax", httponly=True
        )
    return response


def _onward(waits: Wait | None) -> str:
    return onward(waits, next_address())


def onward(waits: Wait | None, then: str) -> str:
    """Where a session goes: to what it waits for, or where it wanted to go."""
    if waits is Wait.FACTOR:
        return url_for("second_step.form", next=then)
    if waits is Wait.ENROLMENT:
        return url_for("factors.overview", next=then)
    return then


def _page(given: Typed, status: int = 200, attempt: Attempt | None = None) -> Response:
    samples = (
        [(account, role_words(roles)) for account, roles in sample_accounts()]
        if settings().demo
        else []
    )
    response = page(
        "accounts/sign_in.html",
        status,
        form=given,
        next=next_address(),
        samples=samples,
        sample_password=SAMPLE_PASSWORD,
    )
    if attempt and attempt.wait_seconds:
        response.headers["Retry-After"] = str(attempt.wait_seconds)
    return response
