"""A group of travellers arrives: when, that they are there, and who agreed again."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from accounts.current import who
from core.db import write
from core.errors import RefusedError
from referral.commands.asking.batch_arrival import ask_people_again, expect_batch, land_batch
from referral.forms.again import again_in
from referral.pages.batch_page import (
    blueprint,
    form_sent,
    note_refused,
    own,
    show_page,
    to_page,
)
from referral.pages.referrals.common import house_zone


@blueprint.post("/<batch_code>/expected")
def expect(batch_code: str) -> Response:
    """When they arrive, said anew."""
    batch, form = own(batch_code), form_sent()
    if not form.is_protected():
        return show_page(batch_code, form, 422)
    moment = form.moment("expected_at", house_zone())
    if moment is None:
        form.errors.setdefault("expected_at", gettext("Date and time such as 2026-11-25 22:30"))
        return show_page(batch_code, form, 422)
    try:
        count = write(expect_batch, who(), code=batch.code, expected_at=moment)
    except RefusedError as refusal:
        form.note(refusal)
        return show_page(batch_code, form, 422)
    flash(
        ngettext(
            "Kept. The place of %(num)s person is kept until then.",
            "Kept. The places of %(num)s people are kept until then.",
            count,
        ),
        "good",
    )
    return to_page("batches.show", batch.code)


@blueprint.post("/<batch_code>/landed")
def landed(batch_code: str) -> Response:
    """They have arrived."""
    batch, form = own(batch_code), form_sent()
    if not form.is_protected():
        return show_page(batch_code, form, 422)
    try:
        write(land_batch, who(), code=batch.code)
    except RefusedError as refusal:
        form.note(refusal)
        return show_page(batch_code, form, 422)
    flash(
        gettext("They have arrived. What was agreed abroad has ended: ask each of them again."),
        "good",
    )
    return to_page("batches.show", batch.code)


@blueprint.post("/<batch_code>/again")
def again(batch_code: str) -> Response:
    """These people were asked again, each by themselves, and agreed."""
    batch, form = own(batch_code), form_sent()
    if not form.is_protected():
        return show_page(batch_code, form, 422)
    chosen = form.values.getlist("who")
    if not chosen:
        form.errors["who"] = gettext("Choose at least one person")
    said = again_in(form)
    if form.errors:
        return show_page(batch_code, form, 422)
    result = write(ask_people_again, who(), code=batch.code, rujs=chosen, said=said)
    if result.done:
        count = len(result.done)
        flash(ngettext("%(num)s person agreed.", "%(num)s people agreed.", count), "good")
    if not result.refused:
        return to_page("batches.show", batch.code)
    note_refused(form, result)
    return show_page(batch_code, form, 422)
