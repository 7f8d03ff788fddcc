"""The pages of a case's consents: who may see what until when, taking back, leaving out."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from core.db import write
from core.errors import RefusedError
from core.forms import Typed
from core.i18n import LANGUAGES, language, say
from core.ids import parse_id
from referral.commands.case.showing import show_consents
from referral.commands.consent.agreeing import agree_again
from referral.commands.consent.exclusions import (
    end_exclusion,
    exclude_agency,
    exclude_person,
    read_exclusions,
)
from referral.commands.consent.withdrawing import Closed, withdraw_all, withdraw_consent
from referral.forms.again import again_choices, again_in
from referral.pages.private import no_store, private_page
from referral.queries.exclusions import agencies_to_exclude
from referral.wording import releases

blueprint = Blueprint("consents", __name__, url_prefix="/cases/<code>")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("/consents")
def index(code: str) -> Response:
    """Every basis of a case; that they were opened is recorded."""
    return _index(code)


@blueprint.get("/consents/shown")
def shown(code: str) -> Response:
    """Who can see the survivor's data now: a page to be shown to them, in both languages."""
    found = write(show_consents, who(), case_code=code)
    spoken = sorted(LANGUAGES, key=lambda one: one != language())
    parts = [(one, say(one)) for one in spoken]
    return private_page(
        "consents/shown.html",
        code=code,
        live=[one for one in found if one.sees_now],
        parts=parts,
        fields=releases.FIELDS,
        told=releases.TOLD,
    )


@blueprint.post("/consents/<uuid:consent_id>/withdraw")
def withdraw(code: str, consent_id: uuid.UUID) -> Response:
    """Take back one consent."""
    form = Typed()
    if not form.is_protected():
        return _index(code, form, 422)
    _say(write(withdraw_consent, who(), case_code=code, consent_id=consent_id))
    return _back("consents.index", code)


@blueprint.post("/consents/<uuid:consent_id>/again")
def again(code: str, consent_id: uuid.UUID) -> Response:
    """The person was asked again, and agreed; what stands under the old one goes on."""
    form = _typed()
    if not form.is_protected():
        return _index(code, form, 422, asked=consent_id)
    said = again_in(form, form.values.getlist("release"))
    if form.errors:
        return _index(code, form, 422, asked=consent_id)
    try:
        write(agree_again, who(), case_code=code, consent_id=consent_id, said=said)
    except RefusedError as refusal:
        form.note(refusal)
        return _index(code, form, 422, asked=consent_id)
    flash(gettext("Kept. It goes on under what was agreed now."), "good")
    return _back("consents.index", code)


@blueprint.post("/consents/withdraw-all")
def withdraw_everything(code: str) -> Response:
    """Take back everything that was released of a case."""
    form = Typed()
    if not form.is_protected():
        return _index(code, form, 422)
    _say(write(withdraw_all, who(), case_code=code))
    return _back("consents.index", code)


@blueprint.get("/exclusions")
def exclusions(code: str) -> Response:
    """Agencies and people who are left out of a case."""
    return _exclusions(code)


@blueprint.post("/exclusions/agency")
def leave_out_agency(code: str) -> Response:
    """Exclude an agency; what it was given before is taken back."""
    form = _typed()
    return _leave_out(
        code,
        form,
        exclude_agency,
        agency_id=parse_id(form.get("agency")) or _NO_AGENCY,
        words=form.get("agency_words"),
    )


@blueprint.post("/exclusions/person")
def leave_out_person(code: str) -> Response:
    """Exclude somebody who works at an agency."""
    form = _typed()
    return _leave_out(
        code,
        form,
        exclude_person,
        agency_id=parse_id(form.get("at")) or _NO_AGENCY,
        email=form.get("email"),
        words=form.get("words"),
    )


@blueprint.post("/exclusions/<uuid:exclusion_id>/end")
def let_in(code: str, exclusion_id: uuid.UUID) -> Response:
    """The reason is gone."""
    form = Typed()
    if not form.is_protected():
        return _exclusions(code, form, 422)
    write(end_exclusion, who(), case_code=code, exclusion_id=exclusion_id)
    return _back("consents.exclusions", code)


_NO_AGENCY = uuid.UUID(int=0)


def _leave_out(code: str, form: Typed, command: Any, **given: Any) -> Response:
    if not form.is_protected():
        return _exclusions(code, form, 422)
    try:
        closed = write(command, who(), case_code=code, **given)
    except RefusedError as refusal:
        form.note(refusal)
        return _exclusions(code, form, 422)
    if closed is not None and closed.consents:
        _say(closed)
    return _back("consents.exclusions", code)


def _say(closed: Closed) -> None:
    """Say what a withdrawal did, in words for the person who stands beside."""
    if not closed.consents:
        flash(gettext("It had been taken back already."), "info")
        return
    text = gettext("Taken back. From now on they see nothing of it.")
    if closed.called_off:
        text += " " + ngettext(
            "One referral was called off.",
            "%(num)s referrals were called off.",
            len(closed.called_off),
        )
    flash(text, "good")


def _typed() -> Typed:
    return Typed(MultiDict(request.form))


def _back(endpoint: str, code: str) -> Response:
    return no_store(redirect(url_for(endpoint, code=code), 303))


def _index(
    code: str, form: Typed | None = None, status: int = 200, asked: uuid.UUID | None = None
) -> Response:
    found = write(show_consents, who(), case_code=code)
    return private_page(
        "consents/index.html",
        status,
        code=code,
        consents=found,
        any_live=any(one.is_live for one in found),
        form=form or Typed(),
        asked=asked,
        words=releases,
        **again_choices(),
    )


def _exclusions(code: str, form: Typed | None = None, status: int = 200) -> Response:
    found = write(read_exclusions, who(), case_code=code)
    return private_page(
        "consents/exclusions.html",
        status,
        code=code,
        exclusions=found,
        form=form or Typed(),
        agencies=agencies_to_exclude(who()),
    )
