"""The way there and the hand-over: where they are met, both sides confirm, a case of one's own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from accounts.doorkeeper import may_open
from agencies.queries.secret.meeting import Meeting
from core.actors import Actor
from core.clock import now
from core.db import write
from core.errors import HiddenError, RefusedError
from core.forms import Protection, why_not_taken
from core.i18n import _, language, say
from referral.commands.hand_over.arrivals import ON_THE_WAY, Said, arrival_of, say_arrival
from referral.commands.hand_over.hand_overs import (
    Handed,
    confirm_hand_over,
    hand_over_of,
    kept_back,
    open_own_case,
)
from referral.commands.record.reading import Seen, read_referral
from referral.forms.handing import ArrivalForm
from referral.models import Kind, Referral
from referral.pages.referrals.common import page
from referral.pages.referrals.panels import add_panel
from referral.pages.referrals.view import Telling
from referral.queries.cases import codes_of_cases
from referral.queries.handing import agency_side, is_secret, points_for
from referral.queries.referrals import referral_by_code, sides_of, zone_of_receiver
from referral.rules.consent import Stage
from referral.rules.follow_ups import CONFIRM_WITHIN
from referral.rules.moves import Party
from referral.rules.states import ARRIVED, State
from referral.wording.facts import LABELS

Plain = dict[str, Any]
blueprint = Blueprint("handing", __name__, url_prefix="/referrals")
BY_VOICE = _("The agency tells you on the phone where they are met")
AFTER_ANSWER = ARRIVED | {State.COMPLETED, State.CLOSED}


def register(app: Flask) -> None:
    """Add the pages to the app, and show the way on the page of a referral."""
    app.register_blueprint(blueprint)
    add_panel(way_panel)


@blueprint.get("/<ruj>/arrival")
def arrival(ruj: str) -> Response:
    """Where, when and how the person comes."""
    return _arrival_page(ruj, None)


@blueprint.post("/<ruj>/arrival")
def say_way(ruj: str) -> Response:
    """Say it anew; the other side is told."""
    referral = _seen(ruj)
    form = ArrivalForm(MultiDict(request.form), zone=zone_of_receiver(referral))
    if not form.is_protected():
        return _arrival_page(ruj, form, 422)
    is_sender = agency_side(who(), referral) is Party.SENDER
    way = form.way(is_sender=is_sender, said=arrival_of(referral))
    if form.errors:
        return _arrival_page(ruj, form, 422)
    try:
        write(say_arrival, who(), code=ruj, way=way)
    except RefusedError as refusal:
        form.note(refusal)
        return _arrival_page(ruj, form, 422)
    flash(gettext("Saved. The other side is told."), "good")
    return _back(ruj)


@blueprint.post("/<ruj>/arrived/confirm-sent")
def confirm_sent(ruj: str) -> Response:
    """The sender confirms that the person was handed over."""
    return _tap(
        ruj,
        lambda: write(confirm_hand_over, who(), code=ruj, party=Party.SENDER),
        gettext("Confirmed: the person was handed over."),
    )


@blueprint.post("/<ruj>/arrived/confirm-got")
def confirm_got(ruj: str) -> Response:
    """The receiver confirms what the sender said: the person came after all."""
    return _tap(
        ruj,
        lambda: write(confirm_hand_over, who(), code=ruj, party=Party.RECEIVER),
        gettext("Confirmed: the person was handed over."),
    )


@blueprint.post("/<ruj>/own-case")
def own_case(ruj: str) -> Response:
    """The receiver opens a case of its own from what the consent releases."""
    return _tap(
        ruj,
        lambda: write(open_own_case, who(), code=ruj),
        gettext("A case of your own is open. Only what the consent releases was copied."),
    )


def way_panel(actor: Actor, seen: Seen) -> tuple[str, Plain] | None:
    """The way there and the hand-over, on the page of a referral."""
    referral = seen.referral
    if referral.state not in ON_THE_WAY | AFTER_ANSWER or seen.is_erased:
        return None
    said = Telling(referral)
    sides = sides_of(actor, referral)
    opened = seen.stage is not Stage.BEFORE
    values: Plain = {
        "code": referral.code,
        "is_secret": is_secret(referral),
        "may_say": referral.state in ON_THE_WAY
        and actor.strong
        and agency_side(actor, referral) is not None,
        "way": _way_view(referral, arrival_of(referral), said) if opened else None,
        "handed": None,
        "transfer": _transfer_view(referral, seen, said),
    }
    handed = hand_over_of(referral)
    if handed is not None and referral.state in AFTER_ANSWER:
        values["handed"] = _handed_view(actor, referral, handed, sides, said, opened=opened)
    return "referrals/_handing.html", values


def _way_view(referral: Referral, way: Said, said: Telling) -> Plain | None:
    if way.said_at is None:
        return None
    return {
        "point": _point_view(referral, way, said),
        "expected": said.when(way.expected_at),
        "words": way.words,
        "said": said.when(way.said_at),
    }


def _point_view(referral: Referral, way: Said, said: Telling) -> Plain | None:
    known = dict(points_for(referral)).get(way.meeting_point_id) if way.meeting_point_id else None
    return _meeting_view(known, said) if known is not None else None


def _meeting_view(meeting: Meeting, said: Telling) -> Plain:
    where = [one for one in (meeting.address, meeting.district) if one]
    return {
        "name": meeting.name or said.tell(BY_VOICE),
        "where": ", ".join(where),
        "times": meeting.times or "",
        "escort_needed": meeting.escort_needed,
    }


def _handed_view(
    actor: Actor,
    referral: Referral,
    handed: Handed,
    sides: frozenset[Party],
    said: Telling,
    *,
    opened: bool,
) -> Plain:
    row = handed.row
    own = str(row.own_case_id) if Party.RECEIVER in sides and row.own_case_id else ""
    waits = now() - row.arrived_at > CONFIRM_WITHIN
    return {
        "at": said.when(row.arrived_at),
        "words": handed.words if opened else {},
        "sender": said.when(row.sender_confirmed_at),
        "receiver": said.when(row.receiver_confirmed_at),
        "is_late": waits and not (row.sender_confirmed_at and row.receiver_confirmed_at),
        "can_confirm_sent": Party.SENDER in sides and row.sender_confirmed_at is None,
        "can_confirm_got": Party.RECEIVER in sides and row.receiver_confirmed_at is None,
        "can_open_own": Party.RECEIVER in sides
        and actor.strong
        and row.case_moved_at is None
        and referral.state in ARRIVED
        and may_open("handing.own_case", "POST"),
        "own_case": codes_of_cases([own]).get(own) if own else None,
        "may_refer": Party.SENDER not in sides and may_open("new.form"),
    }


def _transfer_view(referral: Referral, seen: Seen, said: Telling) -> Plain | None:
    """To the sender of a transfer: what keeps the case from moving, and what does not go along."""
    if referral.kind is not Kind.TRANSFER:
        return None
    handed = hand_over_of(referral)
    moved = handed.row.case_moved_at if handed is not None else None
    kept = kept_back(referral, now()) if seen.stage is None and moved is None else []
    return {
        "moved": said.when(moved),
        "kept": [said.tell(LABELS[name]) for name in kept],
        "is_owner": seen.stage is None,
    }


def _arrival_page(ruj: str, form: ArrivalForm | None, status: int = 200) -> Response:
    referral = _seen(ruj)
    seen: Seen = write(read_referral, who(), code=ruj)
    referral = seen.referral
    said = Telling(referral)
    way = arrival_of(referral)
    side = agency_side(who(), referral)
    opened = seen.stage is not Stage.BEFORE
    known = way if opened else Said()
    points = [(str(one), _meeting_view(meeting, said)) for one, meeting in points_for(referral)]
    return page(
        "referrals/arrival.html",
        status,
        code=referral.code,
        form=form or ArrivalForm.of(known, said.zone),
        is_open=referral.state in ON_THE_WAY and opened,
        is_secret=is_secret(referral),
        is_sender=side is Party.SENDER,
        points=[(one, met["name"], met["where"]) for one, met in points],
        point=_point_view(referral, known, said),
        agency_id=referral.receiver_agency_id,
    )


def _seen(ruj: str) -> Referral:
    referral = referral_by_code(who(), ruj)
    if referral is None or agency_side(who(), referral) is None:
        raise HiddenError
    return referral


def _tap(ruj: str, act: Any, words: str) -> Response:
    """One tap: done, or the reason why not on the page of the referral."""
    if referral_by_code(who(), ruj) is None:
        abort(404)
    if not Protection().validate():
        flash(why_not_taken(), "bad")
        return _back(ruj)
    tell = say(language())
    try:
        act()
    except RefusedError as refusal:
        trouble = refusal.troubles[0]
        flash(tell(trouble.message, **dict(trouble.values)), "bad")
        return _back(ruj)
    flash(words, "good")
    return _back(ruj)


def _back(ruj: str) -> Response:
    return redirect(url_for("referrals.show", ruj=ruj), 303)
