"""People who travel together: their list, whom each is referred to, and where they stand."""

from __future__ import annotations

from flask import Flask, flash, request
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.wording.languages import LANGUAGE_WORDS
from core.clock import now
from core.db import write
from core.errors import RefusedError
from core.i18n import _, language, say
from referral.commands.asking.asking_others import Choice
from referral.commands.asking.batches import (
    Opened,
    add_people,
    ask_for_people,
    begin_batch,
    open_people,
)
from referral.forms.batches import CHOICE, BatchForm
from referral.pages import batch_arriving  # noqa: F401 (it adds its routes)
from referral.pages.batch_matching import to_match
from referral.pages.batch_page import (
    blueprint,
    form_sent,
    note_refused,
    own,
    say_when,
    show_page,
    to_page,
)
from referral.pages.referrals.common import house_zone, page
from referral.pages.writing.common import reader_at
from referral.queries.batches import batches_of
from referral.queries.drafts import agencies_that_refer
from referral.rules.consent import Mode
from referral.wording.consent import MODES

SAME_PHONE = _(
    "The phone was left out at %(cases)s: another open case of yours has it. Is it theirs? Then"
    " write it into the case."
)


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> Response:
    """The groups of one's agencies, and the form for a new one."""
    return _index(form_sent())


@blueprint.post("")
def begin() -> Response:
    """Begin a group."""
    form = form_sent()
    if not form.is_protected():
        return _index(form, 422)
    expected_at = form.moment("expected_at", house_zone())
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
    return to_page("batches.show", code)


@blueprint.get("/<batch_code>")
def show(batch_code: str) -> Response:
    """Who goes where, by codes and states, and the forms to add people and to say when."""
    return show_page(batch_code, form_sent())


@blueprint.post("/<batch_code>/people")
def add(batch_code: str) -> Response:
    """Take the people of a list: rows that cannot be read are named, all others are kept."""
    batch, form = own(batch_code), form_sent()
    if not form.is_protected():
        return show_page(batch_code, form, 422)
    needs = form.needs
    people = form.people(request.files.get("file")) if needs else []
    if not people:
        if not form.errors and not form.rows_refused:
            form.errors["list"] = gettext("Nobody stands in the list")
        return show_page(batch_code, form, 422)
    try:
        result = write(
            add_people, who(), code=batch.code, people=people, needs=needs, urgency=form.urgency
        )
    except RefusedError as refusal:
        form.note(refusal)
        return show_page(batch_code, form, 422)
    flash(ngettext("%(num)s person is kept.", "%(num)s people are kept.", len(result.done)), "good")
    if result.same_phone:
        cases = ", ".join(result.same_phone)
        flash(gettext(SAME_PHONE, cases=cases), "late")
    tell = say(language())
    for number, trouble in result.refused:
        why = tell(trouble.message, **dict(trouble.values))
        form.rows_refused.append(gettext("Row %(number)s: %(why)s", number=number, why=why))
    if form.errors or form.rows_refused:
        return show_page(batch_code, form, 422)
    return to_page("batches.show", batch.code)


@blueprint.get("/<batch_code>/match")
def match(batch_code: str) -> Response:
    """For each who is not asked for yet, by what is known of them: who could take them."""
    return _match(batch_code, BatchForm(MultiDict({"abroad": "1"})))


@blueprint.post("/<batch_code>/match")
def ask(batch_code: str) -> Response:
    """Ask for each of those for whom a service was chosen."""
    batch, form = own(batch_code), form_sent()
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
    asked = {code: Choice(offer_id, given) for code, offer_id in choices.items()}
    result = write(ask_for_people, who(), code=batch.code, choices=asked)
    if result.done:
        flash(
            ngettext(
                "%(num)s person is asked for.", "%(num)s people are asked for.", len(result.done)
            ),
            "good",
        )
    if not result.refused:
        return to_page("batches.show", batch.code)
    note_refused(form, result)
    return _match(batch_code, form, 422)


def _index(form: BatchForm, status: int = 200) -> Response:
    return page(
        "batches/index.html",
        status,
        form=form,
        batches=batches_of(who()),
        agencies=[(str(one), name) for one, name in agencies_that_refer(who())],
        when=say_when,
    )


def _match(batch_code: str, form: BatchForm, status: int = 200) -> Response:
    batch, tell, reader = own(batch_code), say(language()), reader_at(now())
    opened: list[Opened] = write(open_people, who(), code=batch.code)
    fresh = own(batch_code)  # read again: the write ended the snapshot
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
