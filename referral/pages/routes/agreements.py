"""`/routes`: what one's agency agreed with others: propose, say yes or no, end."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.current import who
from accounts.rules.rights import Right, holds
from agencies.queries.directory import Wanted as Looked
from agencies.queries.directory import agencies_matching
from core.clock import now
from core.db import write
from core.errors import HiddenError, RefusedError
from core.forms import Typed
from core.i18n import _, language, say
from core.ids import parse_id
from core.pages import add_footer
from referral.commands.routes.agreements import (
    NO_OTHER,
    change_agreement,
    confirm_agreement,
    decline_agreement,
    end_agreement,
    propose_agreement,
)
from referral.forms.routes import AgreementForm
from referral.models import Agreement
from referral.pages.referrals.common import page
from referral.pages.routes.view import (
    agreement_facts,
    agreement_view,
    choices,
    now_day,
    what_may_be_done,
)
from referral.queries.agreements import agreement_seen_by, agreements_of, keeps, standings
from referral.queries.listed import agencies_with
from referral.queries.story import agency_names
from referral.rules.agreements import Side

blueprint = Blueprint("agreements", __name__, url_prefix="/routes")
MOST_FOUND = 8
SIDES = {side.value: side for side in Side}


def register(app: Flask) -> None:
    """Add the pages to the app."""
    add_footer("agreements.mine", _("Agreements on referrals"))
    app.register_blueprint(blueprint)


@blueprint.get("")
def mine() -> Response:
    """The agreements of one's agencies."""
    rows = [agreement_view(one) for one in agreements_of(who(), now())]
    return page("routes/mine.html", rows=rows)


@blueprint.get("/new")
def new() -> Response:
    """The empty form."""
    return _form(AgreementForm.empty(now_day()))


@blueprint.post("/new")
def propose() -> Response:
    """Look somebody up, or propose."""
    form = AgreementForm.sent()
    if request.form.get("go") == "look" or form.errors:
        return _form(form, 422 if form.errors else 200)
    own, terms = _own(form), form.terms()
    if own is not None and form.get("direction") == "in" and not form.get("other"):
        form.wrong("other", gettext(NO_OTHER))
    if form.errors or own is None:
        return _form(form, 422)
    try:
        row = write(propose_agreement, who(), between=form.between(own), terms=terms)
    except RefusedError as refusal:
        form.note(refusal)
        if "to" in form.errors:
            form.wrong("other", form.errors.pop("to"))
        return _form(form, 422)
    flash(gettext("Proposed. It holds when both sides have said yes."), "good")
    return redirect(url_for("agreements.show", agreement_id=row.id), 303)


@blueprint.get("/<uuid:agreement_id>")
def show(agreement_id: uuid.UUID) -> Response:
    """One agreement."""
    return _show(agreement_id)


@blueprint.post("/<uuid:agreement_id>/confirm")
def confirm(agreement_id: uuid.UUID) -> Response:
    """Say yes."""
    side = SIDES.get(request.form.get("side", ""))
    return _done(
        agreement_id,
        lambda: write(confirm_agreement, who(), agreement_id=agreement_id, side=side),
        gettext("You said yes."),
    )


@blueprint.post("/<uuid:agreement_id>/decline")
def decline(agreement_id: uuid.UUID) -> Response:
    """Say no."""
    return _done(
        agreement_id,
        lambda: write(decline_agreement, who(), agreement_id=agreement_id),
        gettext("Declined."),
    )


@blueprint.post("/<uuid:agreement_id>/end")
def end(agreement_id: uuid.UUID) -> Response:
    """End it."""
    return _done(
        agreement_id,
        lambda: write(end_agreement, who(), agreement_id=agreement_id),
        gettext("Ended: it is no known route any more."),
    )


@blueprint.get("/<uuid:agreement_id>/edit")
def edit(agreement_id: uuid.UUID) -> Response:
    """Its terms, for a coordinator."""
    row = _kept(agreement_id)
    return _terms(row, AgreementForm.of(row))


@blueprint.post("/<uuid:agreement_id>/edit")
def change(agreement_id: uuid.UUID) -> Response:
    """Change them; both sides are asked again."""
    row, form = _kept(agreement_id), AgreementForm.sent()
    terms = form.terms()
    if form.errors:
        return _terms(row, form, 422)
    try:
        write(change_agreement, who(), agreement_id=agreement_id, terms=terms)
    except RefusedError as refusal:
        form.note(refusal)
        return _terms(_kept(agreement_id), form, 422)
    flash(gettext("Saved. Where the terms changed, both sides are asked again."), "good")
    return redirect(url_for("agreements.show", agreement_id=agreement_id), 303)


def _done(agreement_id: uuid.UUID, do: Callable[[], object], word: str) -> Response:
    _seen(agreement_id)
    typed = Typed.sent()
    if not typed.errors:
        try:
            do()
        except RefusedError as refusal:
            typed.note(refusal)
    if typed.errors:
        return _show(agreement_id, 422, next(iter(typed.errors.values())))
    flash(word, "good")
    return redirect(url_for("agreements.show", agreement_id=agreement_id), 303)


def _seen(agreement_id: uuid.UUID) -> Agreement:
    return agreement_seen_by(who(), agreement_id) or abort(404)


def _kept(agreement_id: uuid.UUID) -> Agreement:
    row = _seen(agreement_id)
    return row if keeps(who(), row) else abort(404)


def _show(agreement_id: uuid.UUID, status: int = 200, error: str = "") -> Response:
    (one,) = standings([_seen(agreement_id)], now_day())
    return page(
        "routes/show.html",
        status,
        one=agreement_view(one),
        facts=agreement_facts(one),
        error=error,
        is_keeper=holds(who().grants, Right.KEEP_ROUTES),
        **what_may_be_done(who(), one),
    )


def _own(form: AgreementForm) -> uuid.UUID | None:
    """For which agency one speaks; an error where a choice is missing."""
    agencies = agencies_with(who(), Right.PROPOSE_ROUTES)
    chosen = parse_id(form.get("own"))
    if len(agencies) == 1 and chosen is None:
        return agencies[0]
    if chosen is None:
        form.wrong("own", gettext("Choose one"))
    elif chosen not in agencies and not holds(who().grants, Right.KEEP_ROUTES):
        raise HiddenError
    return chosen


def _form(form: AgreementForm, status: int = 200) -> Response:
    agencies = agencies_with(who(), Right.PROPOSE_ROUTES)
    names = agency_names(set(agencies))
    return page(
        "routes/new.html",
        status,
        form=form,
        own_agencies=[(str(one), names.get(one, "")) for one in agencies],
        own_found=[] if agencies else _found(form, "own"),
        other_found=_found(form, "other"),
        **choices(say(language())),
    )


def _found(form: AgreementForm, name: str) -> list[tuple[str, str]]:
    """Agencies that are called as was typed, and the one that was chosen before."""
    looked = form.get(f"{name}_name").strip()[:100]
    found = agencies_matching(who(), Looked(words=looked)).agencies if looked else []
    options = {str(one.id): one.name for one in found[:MOST_FOUND]}
    chosen = parse_id(form.get(name))
    if chosen is not None and str(chosen) not in options:
        options |= {str(key): value for key, value in agency_names({chosen}).items()}
    return list(options.items())


def _terms(row: Agreement, form: AgreementForm, status: int = 200) -> Response:
    (one,) = standings([row], now_day())
    return page(
        "routes/terms.html",
        status,
        one=agreement_view(one),
        form=form,
        **choices(say(language())),
    )
