"""The form of one part of an own entry."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from accounts.current import who
from accounts.rules.rights import Right
from agencies.commands.entries.change import CHANGED_MEANWHILE, change_entry
from agencies.forms.entry import EntryForm, editable_parts
from agencies.forms.entry.pools import MOST_POOLS
from agencies.forms.entry.rows import SHIFTS
from agencies.models import HolidayRule, PhoneKind, Status
from agencies.pages.directory_view import need_groups
from agencies.pages.entry.common import blueprint, is_forged, sentences
from agencies.queries.entries.hours import hours_until_now
from agencies.queries.entries.own import item_of
from agencies.queries.weekly import DAYS
from agencies.rules.entries import Kind
from agencies.rules.freshness import Fact
from agencies.wording.changes import SEX_WORDS, STATUS_WORDS, UNIT_WORDS
from agencies.wording.fields import FIELD_WORDS, PART_WORDS
from agencies.wording.hours import day_name
from agencies.wording.languages import LANGUAGE_WORDS
from core.db import write
from core.errors import RefusedError
from core.forms import Protection
from core.i18n import _, language, say

PHONE_KINDS = {
    PhoneKind.VOICE: _("Calls"),
    PhoneKind.WHATSAPP: _("WhatsApp"),
    PhoneKind.SMS: _("SMS"),
    PhoneKind.FAX: _("Fax"),
}


@blueprint.get("/entry/<kind>/<uuid:subject_id>/<fact>")
def edit(kind: str, subject_id: uuid.UUID, fact: str) -> str:
    """The form as it is opened."""
    form = EntryForm.opened(*_item_and_fact(kind, subject_id, fact))
    if form.fact is Fact.HOURS and form.item.kind is Kind.OFFER and not form.item.record.schedules:
        form.suggest_hours(hours_until_now(subject_id))
    return _page(form)


@blueprint.post("/entry/<kind>/<uuid:subject_id>/<fact>")
def save(kind: str, subject_id: uuid.UUID, fact: str) -> Response | tuple[str, int]:
    """Save a part; what is wrong is said beside it and nothing that was typed is lost."""
    form = EntryForm.sent(*_item_and_fact(kind, subject_id, fact), request.form)
    if is_forged():
        return _page(form), 422
    news = form.read()
    if news is None:
        return _page(form), 422
    try:
        made = write(
            change_entry,
            who(),
            kind=form.item.kind,
            subject_id=subject_id,
            news=news,
            seen=form.seen,
        )
    except RefusedError as refusal:
        return _refused(form, refusal), 422
    flash(
        gettext("Saved. Everybody sees it at once.")
        if made
        else gettext("Nothing differs; it is dated today."),
        "good",
    )
    return redirect(url_for("entry.own"), 303)


def _refused(form: EntryForm, refusal: RefusedError) -> str:
    form.errors.update(sentences(refusal))
    if refusal.troubles[0].message == CHANGED_MEANWHILE:
        form.show_again()
        return _page(form, now_there=EntryForm.opened(form.item, form.fact))
    if refusal.troubles[0].field == "entry":
        abort(404)
    return _page(form)


def _item_and_fact(kind: str, subject_id: uuid.UUID, fact: str) -> tuple[Any, Fact]:
    if kind not in set(Kind) or fact not in editable_parts(Kind(kind)):
        abort(404)
    item = item_of(who(), Right.EDIT_ENTRY, Kind(kind), subject_id) or abort(404)
    return item, Fact(fact)


def _page(form: EntryForm, now_there: EntryForm | None = None) -> str:
    tell = say(language())
    labels = {name: tell(word) for name, word in FIELD_WORDS.items()}
    return render_template(
        "entry/edit.html",
        form=form,
        now_there=now_there,
        title=tell(PART_WORDS[form.item.kind, form.fact]),
        labels=labels,
        tell=tell,
        protection=Protection(),
        **_choices(form),
    )


def _choices(form: EntryForm) -> dict[str, Any]:
    tell, said = say(language()), language()
    status = [Status.ACTIVE, Status.TEMPORARILY_CLOSED]
    current = getattr(form.item.record, "status", Status.ACTIVE)
    if current not in status:
        status.append(current)
    return {
        "statuses": [(s.value, tell(STATUS_WORDS[s])) for s in status],
        "phone_kinds": [(k.value, tell(word)) for k, word in PHONE_KINDS.items()],
        "pool_sexes": [(s.value, tell(word)) for s, word in SEX_WORDS.items()],
        "pool_units": [(u.value, tell(word)) for u, word in UNIT_WORDS.items()],
        "most_pools": MOST_POOLS,
        "need_groups": need_groups(said),
        "spoken": list(LANGUAGE_WORDS.items()),
        "days": [(code, day_name(osm, said)) for code, osm in DAYS.items()],
        "shifts": range(1, SHIFTS + 1),
        "holidays": [
            (HolidayRule.OPEN.value, tell(_("open"))),
            (HolidayRule.CLOSED.value, tell(_("closed"))),
            ("", tell(_("not known"))),
        ],
    }
