"""Several agencies asked for one person: who, in which order, what they said, who is next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from core.actors import Actor
from core.db import write
from core.errors import HiddenError, RefusedError
from core.forms import Protection, why_not_taken
from core.i18n import language, say
from referral.commands.asking.asking_others import ask_these
from referral.commands.asking.askings import (
    ask_next,
    choose,
    leave_out,
    put_earlier,
    stop_asking,
)
from referral.commands.record.reading import Seen, read_referral
from referral.forms.asking import AskingForm
from referral.models import Bond, How, Referral
from referral.pages.referrals.common import page, settings, state_view
from referral.pages.referrals.panels import add_panel
from referral.pages.referrals.view import Telling
from referral.queries.alternatives import Proposed, alternatives_to
from referral.queries.askings import ListedAsking, asked_agencies, asking_of
from referral.queries.exclusions import excluded_agencies
from referral.queries.referrals import referral_by_code, sides_of
from referral.rules.askings import MAY_BEGIN, several_at_once
from referral.rules.facts import person_in
from referral.rules.moves import Party
from referral.rules.states import PROMISED, State
from referral.wording.askings import HOW_SHORT, proposals_view, ways_view

Plain = dict[str, Any]
blueprint = Blueprint("askings", __name__, url_prefix="/referrals")

# How somebody goes on for the same person where this referral came to its end.
GOES_ON = {State.DIVERTED: Bond.DIVERTED, State.REDIRECTED: Bond.REDIRECTED}


def register(app: Flask) -> None:
    """Add the pages to the app, and show an asking on the page of each of its referrals."""
    app.register_blueprint(blueprint)
    add_panel(asking_panel)


@blueprint.get("/<ruj>/asking")
def others(ruj: str) -> Response:
    """Whom one may ask too, by what find says for the same person."""
    return _others_page(ruj, AskingForm(MultiDict({"how": How.ONE_BY_ONE.value})))


@blueprint.post("/<ruj>/asking")
def add(ruj: str) -> Response:
    """Put them behind the one that is asked, or ask them at once."""
    referral = _own(ruj)
    form = AskingForm(MultiDict(request.form))
    if not form.is_protected():
        return _others_page(ruj, form, 422)
    try:
        write(
            ask_these,
            who(),
            code=referral.code,
            offer_ids=form.offer_ids,
            agreed=form.agreed,
            how=form.how,
            choose_minutes=form.choose_minutes,
        )
    except RefusedError as refusal:
        form.note(refusal)
        return _others_page(ruj, form, 422)
    flash(gettext("Kept. Whoever is next is asked by itself."), "good")
    return _back(ruj)


@blueprint.post("/<ruj>/asking/next")
def next_now(ruj: str) -> Response:
    """Ask the next one now."""
    return _tap(
        ruj,
        lambda: write(ask_next, who(), code=_own(ruj).code),
        gettext("The next agency is asked. Whoever was asked before may still answer."),
    )


@blueprint.post("/<ruj>/asking/order")
def order(ruj: str) -> Response:
    """One that was not asked yet comes earlier, or is left out."""
    alternative = request.form.get("alternative", "")
    step = leave_out if request.form.get("do") == "leave_out" else put_earlier
    return _tap(
        ruj,
        lambda: write(step, who(), code=_own(ruj).code, alternative=alternative),
        gettext("The order is changed."),
    )


@blueprint.post("/<ruj>/asking/stop")
def stop(ruj: str) -> Response:
    """Ask nobody further."""
    return _tap(
        ruj,
        lambda: write(stop_asking, who(), code=_own(ruj).code),
        gettext("Nobody further is asked. Whoever was asked may still answer."),
    )


@blueprint.post("/<ruj>/asking/choose")
def choose_this(ruj: str) -> Response:
    """Of those who have accepted, this one."""
    alternative = request.form.get("alternative", "")
    return _tap(
        ruj,
        lambda: write(choose, who(), code=_own(ruj).code, alternative=alternative),
        gettext("Chosen. The others are told, and their places are free."),
    )


def asking_panel(actor: Actor, seen: Seen) -> tuple[str, Plain] | None:
    """For the sender alone: whoever is asked does not learn who else is."""
    referral = seen.referral
    if Party.SENDER not in sides_of(actor, referral) or not actor.strong or seen.is_erased:
        return None
    found = asking_of(referral)
    open_again = found is not None and found.asking.filled_at is None
    may_add = open_again if found is not None else referral.state in MAY_BEGIN
    goes_on = GOES_ON.get(referral.state)
    if found is None and not may_add and goes_on is None:
        return None
    return "referrals/_asking.html", {
        "code": referral.code,
        "may_add": may_add,
        "goes_on": goes_on.value if goes_on else "",
        "asking": _asking_view(found, referral) if found is not None else None,
    }


def proposed_for(actor: Actor, seen: Seen) -> list[Proposed]:
    """Services that could be asked next for the person of a referral, for its sender."""
    referral = seen.referral
    return alternatives_to(
        actor,
        needs=[link.need for link in referral.needs],
        person=person_in(seen.fields),
        urgency=referral.urgency,
        first_offer_id=referral.offer_id,
        but_for=asked_agencies(referral) | excluded_agencies(referral.case_id),
        beds_fresh_for=timedelta(hours=settings().beds_fresh_hours),
    )


def _asking_view(found: ListedAsking, referral: Referral) -> Plain:
    said = Telling(referral)
    asking = found.asking
    return {
        "how": said.tell(HOW_SHORT[asking.how]),
        "choose_until": said.when(asking.choose_until) if found.may_choose else "",
        "is_filled": asking.filled_at is not None,
        "is_stopped": asking.stopped_at is not None and asking.filled_at is None,
        "may_ask_next": found.may_ask_next,
        "may_stop": asking.stopped_at is None
        and any(one.referral.state is State.DRAFT for one in found.alternatives),
        "rows": [
            {
                "code": one.referral.code,
                "agency": one.agency,
                "service": one.service,
                "state": state_view(one.referral.state, said.tell),
                "is_this": one.referral.id == referral.id,
                "is_waiting": one.referral.state is State.DRAFT,
                "asked": said.when(one.referral.asked_at),
                "lacks_basis": one.may_be_asked and not one.has_basis,
                "may_choose": found.may_choose and one.referral.state in PROMISED,
                "may_rise": number > 1,
            }
            for number, one in enumerate(found.alternatives)
        ],
    }


def _others_page(ruj: str, form: AskingForm, status: int = 200) -> Response:
    _own(ruj)
    actor = who()
    seen: Seen = write(read_referral, actor, code=ruj)
    referral = seen.referral
    if seen.is_erased:
        raise HiddenError
    tell = say(language())
    return page(
        "referrals/asking.html",
        status,
        code=referral.code,
        form=form,
        proposed=proposals_view(proposed_for(actor, seen), tell),
        ways=ways_view(tell, several=several_at_once(referral.urgency)),
    )


def _own(ruj: str) -> Referral:
    """The referral of the actor's own agency; for anybody else there is none."""
    referral = referral_by_code(who(), ruj)
    if referral is None or Party.SENDER not in sides_of(who(), referral):
        raise HiddenError
    return referral


def _tap(ruj: str, do: Callable[[], object], said: str) -> Response:
    _own(ruj)
    if not Protection().validate():
        flash(why_not_taken(), "bad")
        return _back(ruj)
    try:
        do()
    except RefusedError as refusal:
        tell = say(language())
        for trouble in refusal.troubles:
            flash(tell(trouble.message, **dict(trouble.values)), "bad")
    else:
        flash(said, "good")
    return _back(ruj)


def _back(ruj: str) -> Response:
    return redirect(url_for("referrals.show", ruj=ruj) + "#asking", 303)
