"""The page of a referral for both sides, and what each of them does there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.current import who
from core.db import write
from core.errors import HiddenError, RefusedError
from referral.commands.moves import answering, handing, sending
from referral.commands.moves.step import AlreadyMovedError
from referral.commands.record.desk import at_seen_state
from referral.commands.record.reading import Seen, read_referral
from referral.forms.answers import MoveForm
from referral.models import Referral
from referral.pages.referrals.boxes import Box, boxes_for
from referral.pages.referrals.common import blueprint, page
from referral.pages.referrals.panels import panels_for
from referral.pages.referrals.suggested import put_suggestion
from referral.pages.referrals.view import choices_view, referral_view
from referral.queries.referrals import referral_by_code, sides_of, zone_of_receiver
from referral.rules.likely import answers_by_phone, likely_moves
from referral.rules.moves import Name, Party
from referral.rules.states import State

COMMANDS: dict[Name, Callable[..., Any]] = {
    Name.ACKNOWLEDGE: answering.acknowledge,
    Name.ASK: answering.ask,
    Name.ACCEPT: answering.accept,
    Name.ACCEPT_CONDITIONALLY: answering.accept_conditionally,
    Name.MEET_CONDITIONS: answering.meet_conditions,
    Name.PUT_ON_LIST: answering.put_on_list,
    Name.DECLINE: answering.decline,
    Name.REDIRECT: answering.redirect,
    Name.GIVE_ANSWER: sending.answer_question,
    Name.DIVERT: sending.divert,
    Name.CANCEL: sending.cancel,
    Name.CLOSE: sending.close,
    Name.REOPEN: sending.reopen,
    Name.MARK_ERROR: sending.mark_error,
    Name.HAND_OVER: handing.hand_over,
    Name.MISS: handing.miss,
    Name.BEGIN: handing.begin_service,
    Name.COMPLETE: handing.complete,
}


@blueprint.get("/<ruj>")
def show(ruj: str) -> Response:
    """A referral as the reader's side sees it now; that it was read is recorded."""
    return _page(ruj)


@blueprint.post("/<ruj>/answer")
def answer(ruj: str) -> Response:
    """A move of the receiver."""
    return _make(ruj, Party.RECEIVER, _page, _done())


@blueprint.post("/<ruj>/change")
def change(ruj: str) -> Response:
    """A move of the sender."""
    return _make(ruj, Party.SENDER, _page, _done())


@blueprint.post("/<ruj>/confirm")
def confirm(ruj: str) -> Response:
    """The receiver confirms what the sender wrote down from the phone."""
    _on_side(ruj, Party.RECEIVER)
    form = _form(ruj)
    if form.is_protected():
        write(answering.confirm_phone_answer, who(), code=ruj)
        flash(gettext("Confirmed: it is your own answer now."), "good")
    else:
        flash(form.errors["csrf"], "bad")
    return redirect(url_for("referrals.show", ruj=ruj), 303)


@blueprint.get("/<ruj>/by-phone")
def by_phone(ruj: str) -> Response:
    """What the receiver said on the phone, to be written down by the sender."""
    _on_side(ruj, Party.SENDER)
    return _phone_page(ruj)


@blueprint.post("/<ruj>/by-phone")
def tell_phone(ruj: str) -> Response:
    """Write it down, with the name of who said it."""
    said = gettext("Written down. The agency is asked to confirm it.")
    heard_from = request.form.get("by_phone_from", "")
    return _make(ruj, Party.SENDER, _phone_page, said, by_phone_from=heard_from)


def _make(
    ruj: str,
    party: Party,
    shown: Callable[..., Response],
    said: str,
    by_phone_from: str | None = None,
) -> Response:
    """Make the move that was typed. What is wrong with it is said on the page of `shown`."""
    referral = _on_side(ruj, party)
    form = _form(ruj)
    name = _asked_move(form)
    if not form.is_protected():
        return shown(ruj, form, 422)
    given = _arguments(form, name)
    if form.errors:
        return shown(ruj, form, 422)
    try:
        write(
            at_seen_state,
            who(),
            code=referral.code,
            state=form.at_state,
            step=COMMANDS[name],
            given=given,
            by_phone_from=by_phone_from,
        )
    except AlreadyMovedError:
        return _page(ruj, form, 409, was_first=True)
    except RefusedError as refusal:
        form.note(refusal)
        return shown(ruj, form, 422)
    flash(said, "good")
    return redirect(url_for("referrals.show", ruj=ruj), 303)


def _done() -> str:
    return str(gettext("Done. The other side is told."))


def _on_side(ruj: str, party: Party) -> Referral:
    """The referral, for whoever acts on that side; for anybody else there is none."""
    referral = referral_by_code(who(), ruj)
    if referral is None or party not in sides_of(who(), referral):
        raise HiddenError
    return referral


def _form(ruj: str) -> MoveForm:
    referral = referral_by_code(who(), ruj) or abort(404)
    return MoveForm(MultiDict(request.form), zone=zone_of_receiver(referral))


def _asked_move(form: MoveForm) -> Name:
    name = form.name
    if name is None or name not in COMMANDS:
        abort(400)
    return name


def _arguments(form: MoveForm, name: Name) -> dict[str, Any]:
    given = form.arguments(name)
    return put_suggestion(who(), form, given) if name is Name.REDIRECT else given


def _page(
    ruj: str, form: MoveForm | None = None, status: int = 200, *, was_first: bool = False
) -> Response:
    actor = who()
    seen: Seen = write(read_referral, actor, code=ruj)
    referral = seen.referral
    sides = sides_of(actor, referral)
    shown = referral_view(actor, seen, sides)
    return page(
        "referrals/show.html",
        status,
        referral=shown,
        answers=_boxes(referral, sides, Party.RECEIVER, None if was_first else form),
        changes=_boxes(referral, sides, Party.SENDER, None if was_first else form),
        choices=choices_view(referral, only_asked=Party.RECEIVER not in sides),
        can_phone=Party.SENDER in sides and bool(answers_by_phone(referral.state)),
        form=form,
        lost=_typed(form) if was_first and form else None,
        panels=panels_for(actor, seen),
        is_draft=referral.state is State.DRAFT,
    )


def _phone_page(ruj: str, form: MoveForm | None = None, status: int = 200) -> Response:
    actor = who()
    seen: Seen = write(read_referral, actor, code=ruj)
    names = answers_by_phone(seen.referral.state)
    choices = choices_view(seen.referral, only_asked=True)
    boxes = boxes_for(names, form, {"pool": choices["pool"]}, open_first=False)
    for box in boxes:
        box.form = box.form if box.is_open else None
    return page(
        "referrals/by_phone.html",
        status,
        referral=referral_view(actor, seen, sides_of(actor, seen.referral)),
        answers=boxes,
        choices=choices,
        form=form,
    )


def _boxes(
    referral: Referral, sides: frozenset[Party], party: Party, form: MoveForm | None
) -> list[Box]:
    if party not in sides:
        return []
    choices = choices_view(referral, only_asked=False)
    defaults = {"person": who().name, "received_by": who().name, "pool": choices["pool"]}
    return boxes_for(likely_moves(referral.state, party), form, defaults, open_first=True)


def _typed(form: MoveForm) -> list[str]:
    """The words that somebody had typed when somebody else was first: theirs to copy."""
    about = ("words", "conditions", "suggestion", "agency_name", "service_given", "recommendation")
    return [form.get(name) for name in about if form.get(name).strip()]
