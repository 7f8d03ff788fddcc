"""What is still to do after an answer, in one list; a follow-up with the safe way to the person."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Flask, current_app, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from agencies.wording.times import clock as say_clock
from agencies.wording.times import say_date
from core.actors import Actor
from core.clock import now
from core.db import write
from core.errors import RefusedError
from core.i18n import _, language, say
from core.pages import add_nav
from referral.commands.hand_over.follow_ups import (
    Task,
    do_follow_up,
    read_follow_up,
    skip_follow_up,
)
from referral.commands.record.reading import Seen
from referral.forms.handing import SKIP, FoundForm
from referral.models import Reached
from referral.pages.referrals.common import house_zone, page
from referral.pages.referrals.panels import add_panel
from referral.pages.referrals.view import Telling
from referral.queries.after import follow_ups_of, follow_ups_of_referral, unread_returns_of
from referral.queries.handing import unconfirmed_of
from referral.rules.reasons import OUTCOME_WORDS
from referral.rules.states import State
from referral.wording.after import FOUND_HINTS, FOUND_WORDS, STEP_WORDS

Plain = dict[str, Any]
blueprint = Blueprint("follow_ups", __name__, url_prefix="/follow-ups")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    add_nav("follow_ups.index", _("Follow-up"))
    app.register_blueprint(blueprint)
    add_panel(follow_ups_panel)


@blueprint.get("")
def index() -> Response:
    """Follow-ups, return referrals to read and arrivals to confirm: codes and times only."""
    actor, moment = who(), now()
    tell, lang, zone = say(language()), language(), house_zone().key
    due = follow_ups_of(actor, moment)
    return page(
        "follow_ups/index.html",
        due=[
            {
                "id": one.id,
                "code": one.code,
                "case": one.case,
                "step": tell(STEP_WORDS[one.step]),
                "when": say_clock(one.due_at, moment, zone, lang),
                "is_late": one.due_at <= moment,
            }
            for one in due
        ],
        returns=[
            {
                "code": one.code,
                "outcome": tell(OUTCOME_WORDS[one.outcome]),
                "next": say_date(one.next_date, lang) if one.next_date else "",
                "when": say_clock(one.written_at, moment, zone, lang),
            }
            for one in unread_returns_of(actor)
        ],
        arrivals=[
            {
                "code": one.code,
                "when": say_clock(one.arrived_at, moment, zone, lang),
                "is_sender": one.is_sender,
            }
            for one in unconfirmed_of(actor)
        ],
    )


@blueprint.get("/<uuid:follow_up_id>")
def show(follow_up_id: uuid.UUID) -> Response:
    """One task, with the safe way to the person; that it was opened is recorded."""
    return _task_page(follow_up_id, FoundForm(MultiDict()))


@blueprint.post("/<uuid:follow_up_id>")
def done(follow_up_id: uuid.UUID) -> Response:
    """Write what was found, or why it is left out."""
    form = FoundForm(MultiDict(request.form))
    if not form.is_protected():
        return _task_page(follow_up_id, form, 422)
    found = None if form.is_skipped else form.found
    if form.errors:
        return _task_page(follow_up_id, form, 422)
    try:
        if found is None:
            write(skip_follow_up, who(), follow_up_id=follow_up_id, words=form.get("words"))
        else:
            words = form.get("words")
            write(do_follow_up, who(), follow_up_id=follow_up_id, found=found, words=words)
    except RefusedError as refusal:
        form.note(refusal)
        return _task_page(follow_up_id, form, 422)
    flash(gettext("Written down."), "good")
    if found is Reached.NEEDS_HELP:
        return redirect(url_for("follow_ups.show", follow_up_id=follow_up_id), 303)
    return redirect(url_for("follow_ups.index"), 303)


def follow_ups_panel(actor: Actor, seen: Seen) -> tuple[str, Plain] | None:
    """The tasks of a referral, and what goes on from it, on its page."""
    rows = follow_ups_of_referral(actor, seen.referral)
    onward = onward_url(seen.referral.code) if seen.referral.state in GOES_ON else None
    if not rows and (onward is None or seen.stage is not None):
        return None
    said = Telling(seen.referral)
    return "referrals/_follow_ups.html", {
        "rows": [
            {
                "id": row.id,
                "step": said.tell(STEP_WORDS[row.step]),
                "due": said.when(row.due_at),
                "done": said.when(row.done_at),
                "found": said.tell(FOUND_WORDS[row.found]) if row.found else "",
                "is_late": row.done_at is None and row.due_at <= said.moment,
            }
            for row in rows
        ],
        "onward": onward if seen.stage is None else None,
    }


GOES_ON = frozenset(
    {
        *(State.HANDED_OVER, State.IN_SERVICE, State.COMPLETED, State.CLOSED),
        *(State.DECLINED, State.EXPIRED, State.REDIRECTED, State.DIVERTED),
    }
)


def onward_url(code: str) -> str | None:
    """The form of a new referral that goes on from this one."""
    if "new.form" not in current_app.view_functions:
        return None
    asked: Plain = {"from": code, "bond": "onward"}
    return url_for("new.form", **asked)


def _task_page(follow_up_id: uuid.UUID, form: FoundForm, status: int = 200) -> Response:
    task: Task = write(read_follow_up, who(), follow_up_id=follow_up_id)
    said = Telling(task.referral)
    tell = said.tell
    way, row = task.way, task.row
    return page(
        "follow_ups/show.html",
        status,
        form=form,
        id=row.id,
        code=task.referral.code,
        step=tell(STEP_WORDS[row.step]),
        due=said.when(row.due_at),
        is_late=row.done_at is None and row.due_at <= said.moment,
        done=said.when(row.done_at),
        found=tell(FOUND_WORDS[row.found]) if row.found else "",
        needs_help=row.found is Reached.NEEDS_HELP,
        way=way,
        choices=[(one.value, tell(FOUND_WORDS[one]), tell(FOUND_HINTS[one])) for one in Reached]
        + [(SKIP, gettext("Leave it out"), gettext("With the reason"))],
        onward=onward_url(task.referral.code),
        receiver_id=task.referral.receiver_agency_id,
    )
