"""Who is on duty: rosters, their gaps, and the hand-over from one shift to the next."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from accounts.queries.registry import agency_known, area_name
from agencies.wording.times import ZONE_WORDS
from agencies.wording.times import clock as say_clock
from core.actors import Actor
from core.clock import now
from core.db import write
from core.errors import HiddenError, RefusedError
from core.forms import Protection, why_not_taken
from core.i18n import _, language, say
from core.ids import parse_id
from core.pages import add_nav
from referral.commands.duty.rosters import add_shift, end_shift, may_keep
from referral.commands.duty.shifts import give_shift, take_shift
from referral.forms.duty import ShiftForm, roster_named
from referral.models import DutyShift, ShiftHandOver
from referral.pages.late import call_view
from referral.pages.referrals.common import page
from referral.queries.duty import (
    Roster,
    gaps_of,
    on_duty,
    people_for,
    shifts_of,
    zone_of_roster,
)
from referral.queries.late import watched_areas
from referral.queries.shifts import latest_hand_over, may_serve, name_of, open_clocks, owner_of
from referral.wording.duty import gap_words, weekday
from referral.wording.moments import due_view
from referral.wording.states import URGENCY_WORDS

blueprint = Blueprint("duty", __name__, url_prefix="/duty")


def register(app: Flask) -> None:
    """Add the pages to the app."""
    add_nav("duty.index", _("On duty"))
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> Response:
    """The rosters of one's agencies and areas."""
    return _page()


@blueprint.post("/shifts")
def add() -> Response:
    """Put somebody on a roster."""
    form = ShiftForm(MultiDict(request.form))
    roster = form.roster
    if roster is None or not may_keep(who(), roster):
        raise HiddenError
    wanted = form.read()
    if not Protection().validate():
        return _page(422, form, why_not_taken())
    if wanted is None:
        return _page(422, form)
    try:
        write(add_shift, who(), roster=roster, wanted=wanted)
    except RefusedError as refusal:
        form.note(refusal)
        return _page(422, form)
    flash(gettext("Now on the roster."), "good")
    return redirect(url_for("duty.index"), 303)


@blueprint.post("/shifts/end")
def end() -> Response:
    """Take somebody off a roster."""
    shift_id = _id("shift")
    if not Protection().validate():
        return _page(422, None, why_not_taken())
    write(end_shift, who(), shift_id=shift_id)
    flash(gettext("Taken off the roster."), "good")
    return redirect(url_for("duty.index"), 303)


@blueprint.post("/hand-over")
def give() -> Response:
    """The leaving shift hands over."""
    roster = roster_named(request.form.get("roster", ""))
    if roster is None or not may_serve(who(), roster):
        raise HiddenError
    if not Protection().validate():
        return _page(422, None, why_not_taken())
    try:
        write(give_shift, who(), roster=roster, words=request.form.get("words", ""))
    except RefusedError as refusal:
        return _page(422, None, _said(refusal))
    flash(gettext("Handed over. It stays yours until somebody takes over."), "good")
    return redirect(url_for("duty.index"), 303)


@blueprint.post("/hand-over/take")
def take() -> Response:
    """The next shift takes over."""
    hand_over_id = _id("hand_over")
    if not Protection().validate():
        return _page(422, None, why_not_taken())
    try:
        write(take_shift, who(), hand_over_id=hand_over_id)
    except RefusedError as refusal:
        return _page(422, None, _said(refusal))
    flash(gettext("The open clocks are yours now."), "good")
    return redirect(url_for("duty.index"), 303)


def _id(name: str) -> uuid.UUID:
    found = parse_id(request.form.get(name, ""))
    if found is None:
        raise HiddenError
    return found


def _said(refusal: RefusedError) -> str:
    trouble = refusal.troubles[0]
    return say(language())(trouble.message, **dict(trouble.values))


def _rosters(actor: Actor) -> list[Roster]:
    """The rosters that one sees: of one's agencies, and of the areas that one watches."""
    own = [Roster(agency_id) for agency_id in sorted(actor.agencies)]
    return own + [Roster(area=area) for area in watched_areas(actor)]


def _page(status: int = 200, form: ShiftForm | None = None, error: str = "") -> Response:
    actor, moment = who(), now()
    return page(
        "duty/index.html",
        status,
        rosters=[_view(actor, roster, moment) for roster in _rosters(actor)],
        form=form or ShiftForm(MultiDict()),
        error=error,
        days=[(str(n), weekday(n, language())) for n in range(1, 8)],
        typed=request.form.get("words", "") if status != 200 else "",
    )


def _view(actor: Actor, roster: Roster, moment: datetime) -> dict[str, Any]:
    zone, tell = zone_of_roster(roster), say(language())
    serves = may_serve(actor, roster)
    last = latest_hand_over(roster) if serves else None
    return {
        "key": roster.key,
        "name": _name(roster),
        "zone": ZONE_WORDS[zone],
        "now": [call_view(shift) for shift in on_duty(roster, moment)],
        "shifts": [_shift(shift) for shift in shifts_of(roster)],
        "gaps": [gap_words(gap, language(), tell) for gap in gaps_of(roster)],
        "keeps": may_keep(actor, roster),
        "people": [(str(one), name) for one, name in people_for(roster)],
        "serves": serves,
        "clocks": [_clock(one, moment, zone) for one in open_clocks(roster)] if serves else [],
        "last": _hand_over(last, actor, moment, zone) if last else None,
        "owner": name_of(owner_of(last)),
    }


def _name(roster: Roster) -> str:
    if roster.agency_id is not None:
        known = agency_known(roster.agency_id)
        return known.name if known else ""
    if roster.area is None:
        return str(gettext("Coordinators of the network"))
    return str(gettext("Coordinators of %(area)s", area=area_name(roster.area)))


def _shift(shift: DutyShift) -> dict[str, Any]:
    dot = "." if language() == "id" else ":"
    days = ", ".join(weekday(int(day), language()) for day in shift.weekdays)
    hours = f"{shift.begins:%H{dot}%M}–{shift.ends:%H{dot}%M} {ZONE_WORDS[shift.timezone]}"
    return {**call_view(shift), "id": str(shift.id), "days": days, "hours": hours}


def _clock(one: Any, moment: datetime, zone: str) -> dict[str, Any]:
    tell = say(language())
    due = due_view(one.due, moment, zone, language(), tell)
    return {"code": one.code, "urgency": tell(URGENCY_WORDS[one.urgency]), **due}


def _hand_over(row: ShiftHandOver, actor: Actor, moment: datetime, zone: str) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "at": say_clock(row.at, moment, zone, language()),
        "by": name_of(row.given_by),
        "taken_by": name_of(row.taken_by),
        "is_open": row.taken_at is None,
        "is_ours": row.given_by == actor.id,
        "codes": row.codes,
        "words": row.words,
    }
