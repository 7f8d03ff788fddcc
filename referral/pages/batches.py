"""People who travel together: their list, whom each is referred to, and where they stand."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.rules.needs import Urgency, all_needs
from agencies.wording.languages import LANGUAGE_WORDS
from agencies.wording.times import clock as say_clock
from core.clock import now
from core.db import write
from core.errors import RefusedError
from core.i18n import language, say
from referral.commands.batch_arrival import expect_batch, land_batch
from referral.commands.batches import Opened, add_people, ask_for_people, begin_batch, open_people
from referral.forms.batches import CHOICE, BatchForm
from referral.models import Batch
from referral.pages.batch_matching import to_match
from referral.pages.referrals.common import house_zone, page, state_view
from referral.pages.writing.common import reader_at
from referral.queries.batches import batch_by_code, batches_of, counted, people_of
from referral.queries.drafts import agencies_that_refer
from referral.rules.consent import Mode
from referral.rules.states import State
from referral.wording.batches import GROUP_WORDS
from referral.wording.consent import MODES
from referral.wording.states import URGENCY_WORDS

Plain = dict[str, Any]
blueprint = Blueprint("batches", __name__, url_prefix="/batches")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> Response:
    """The groups of one's agencies, and the form for a new one."""
    return _index(_form())


@blueprint.post("")
def begin() -> Response:
    """Begin a group."""
    form = _form()
    if not form.is_protected():
        return _index(form, 422)
    expected_at = form.moment("expected_at")
    if form.errors:
        return _index(form, 422)
    agencies = agencies_that_refer(who())
    agency_id = agencies[0][0] if len(agencies) == 1 else form.agency_id
    try:
        code = write(
            begin_batch, who(), agency_id=agency_id, name=form.get("name"), expected_at=expected_at
        )
    except RefusedError as refusal:
        form.note(refusal)
        return _index(form, 422)
    return _to("batches.show", code)


@blueprint.get("/<batch_code>")
def show(batch_code: str) -> Response:
    """Who goes where, by codes and states, and the forms to add people and to say when."""
    return _show(batch_code, _form())


@blueprint.post("/<batch_code>/people")
def add(batch_code: str) -> Response:
    """Take the people of a list: rows that cannot be read are named, all others are kept."""
    batch, form = _own(batch_code), _form()
    if not form.is_protected():
        return _show(batch_code, form, 422)
    needs = form.needs
    people = form.people(request.files.get("file")) if needs else []
    if not people:
        if not form.errors and not form.rows_refused:
            form.errors["list"] = gettext("Nobody stands in the list")
        return _show(batch_code, form, 422)
    try:
        result = write(
            add_people, who(), code=batch.code, people=people, needs=needs, urgency=form.urgency
        )
    except RefusedError as refusal:
        form.note(refusal)
        return _show(batch_code, form, 422)
    flash(ngettext("%(num)s person is kept.", "%(num)s people are kept.", len(result.done)), "good")
    tell = say(language())
    for number, trouble in result.refused:
        why = tell(trouble.message, **dict(trouble.values))
        form.rows_refused.append(gettext("Row %(number)s: %(why)s", number=number, why=why))
    if form.errors or form.rows_refused:
        return _show(batch_code, form, 422)
    return _to("batches.show", batch.code)


@blueprint.post("/<batch_code>/expected")
def expect(batch_code: str) -> Response:
    """When they arrive, said anew."""
    batch, form = _own(batch_code), _form()
    if not form.is_protected():
        return _show(batch_code, form, 422)
    moment = form.moment("expected_at")
    if moment is None:
        form.errors.setdefault("expected_at", gettext("Date and time such as 2026-11-25 22:30"))
        return _show(batch_code, form, 422)
    try:
        count = write(expect_batch, who(), code=batch.code, expected_at=moment)
    except RefusedError as refusal:
        form.note(refusal)
        return _show(batch_code, form, 422)
    flash(
        ngettext(
            "Kept. The place of %(num)s person is kept until then.",
            "Kept. The places of %(num)s people are kept until then.",
            count,
        ),
        "good",
    )
    return _to("batches.show", batch.code)


@blueprint.post("/<batch_code>/landed")
def landed(batch_code: str) -> Response:
    """They have arrived."""
    batch, form = _own(batch_code), _form()
    if not form.is_protected():
        return _show(batch_code, form, 422)
    try:
        write(land_batch, who(), code=batch.code)
    except RefusedError as refusal:
        form.note(refusal)
        return _show(batch_code, form, 422)
    flash(
        gettext("They have arrived. What was agreed abroad has ended: ask each of them again."),
        "good",
    )
    return _to("batches.show", batch.code)


@blueprint.get("/<batch_code>/match")
def match(batch_code: str) -> Response:
    """For each who is not asked for yet, by what is known of them: who could take them."""
    return _match(batch_code, BatchForm(MultiDict({"abroad": "1"}), house_zone()))


@blueprint.post("/<batch_code>/match")
def ask(batch_code: str) -> Response:
    """Ask for each of those for whom a service was chosen."""
    batch, form = _own(batch_code), _form()
    if not form.is_protected():
        return _match(batch_code, form, 422)
    choices = form.choices()
    if not choices:
        form.errors["choices"] = gettext("Choose a service for at least one person")
    if not form.get("agreed"):
        form.errors["agreed"] = gettext(
            "Each person is asked for themselves. Say that they agreed."
        )
    if form.errors:
        return _match(batch_code, form, 422)
    given = form.given(now())
    result = write(ask_for_people, who(), code=batch.code, choices=choices, given=given)
    if result.done:
        flash(
            ngettext(
                "%(num)s person is asked for.", "%(num)s people are asked for.", len(result.done)
            ),
            "good",
        )
    if not result.refused:
        return _to("batches.show", batch.code)
    tell = say(language())
    for code, trouble in result.refused:
        form.rows_refused.append(f"{code}: {tell(trouble.message, **dict(trouble.values))}")
    return _match(batch_code, form, 422)


def _index(form: BatchForm, status: int = 200) -> Response:
    return page(
        "batches/index.html",
        status,
        form=form,
        batches=batches_of(who()),
        agencies=[(str(one), name) for one, name in agencies_that_refer(who())],
        when=_when,
    )


def _show(batch_code: str, form: BatchForm, status: int = 200) -> Response:
    batch, tell = _own(batch_code), say(language())
    people = people_of(batch)
    return page(
        "batches/show.html",
        status,
        batch=batch,
        form=form,
        when=_when,
        counts=[(tell(GROUP_WORDS[name]), count) for name, count in counted(people).items()],
        people=[
            {
                "code": one.referral.code,
                "case_code": one.case_code,
                "agency": one.agency,
                "service": one.service,
                "state": state_view(one.referral.state, tell),
                "is_draft": one.referral.state is State.DRAFT,
            }
            for one in people
        ],
        may_match=any(one.referral.state is State.DRAFT for one in people),
        needs=[(code, need.label(language())) for code, need in all_needs().items()],
        urgencies=[(one.value, tell(URGENCY_WORDS[one])) for one in Urgency],
    )


def _match(batch_code: str, form: BatchForm, status: int = 200) -> Response:
    batch, tell, reader = _own(batch_code), say(language()), reader_at(now())
    opened: list[Opened] = write(open_people, who(), code=batch.code)
    fresh = _own(batch_code)  # read again: the write ended the snapshot
    return page(
        "batches/match.html",
        status,
        batch=fresh,
        form=form,
        prefix=CHOICE,
        people=[to_match(who(), one, fresh, reader) for one in opened],
        modes=[(one.value, tell(MODES[one])) for one in MODES if one is not Mode.NONE],
        spoken=list(LANGUAGE_WORDS.items()),
    )


def _own(batch_code: str) -> Batch:
    return batch_by_code(who(), batch_code) or abort(404)


def _form() -> BatchForm:
    return BatchForm(MultiDict(request.form), house_zone())


def _when(moment: Any) -> str:
    if moment is None:
        return ""
    return say_clock(moment, now(), house_zone().key, language())


def _to(endpoint: str, code: str) -> Response:
    return redirect(url_for(endpoint, batch_code=code), 303)
