"""`/answer/<token>`: answer a referral without an account.

The link has no authority: it shows that a referral waits, and offers to send a code to the channel
that got it. With the code one browser sees for half an hour what decides, and answers. A link that
is unknown, decided, withdrawn or over shows one and the same page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.commands.attempts import HeldBackError
from accounts.current import who
from accounts.pages.common import wait_text
from accounts.pages.cookies import is_https
from agencies.rules.needs import all_needs
from core.crypto import CannotUnsealError
from core.db import write
from core.errors import HiddenError, RefusedError
from core.forms import Typed
from core.i18n import language, say
from core.keystore import MissingKeyError
from core.phones import spell
from referral.commands.moves import answering
from referral.commands.moves.step import AlreadyMovedError
from referral.commands.notices.links import (
    Tried,
    answer_by_link,
    ask_code,
    read_by_link,
    try_code,
)
from referral.commands.record.reading import Seen
from referral.forms.answers import MoveForm
from referral.models import ChannelKind
from referral.pages.referrals.boxes import boxes_for
from referral.pages.referrals.common import page, state_view
from referral.pages.referrals.suggested import put_suggestion
from referral.pages.referrals.view import Telling, choices_view
from referral.queries.links import Behind, behind, opened
from referral.queries.listed import dues_of
from referral.queries.referrals import zone_of_receiver
from referral.queries.story import agency_names
from referral.rules.answer_links import MOST_TRIES, OPEN_FOR, masked
from referral.rules.likely import answers_by_phone
from referral.rules.moves import Name
from referral.wording.moments import due_view
from referral.wording.states import URGENCY_SHAPES, URGENCY_WORDS

blueprint = Blueprint("answering", __name__, url_prefix="/answer")

COOKIE = "rujukan_answer"
COMMANDS: dict[Name, Callable[..., Any]] = {
    Name.ACKNOWLEDGE: answering.acknowledge,
    Name.ASK: answering.ask,
    Name.ACCEPT: answering.accept,
    Name.ACCEPT_CONDITIONALLY: answering.accept_conditionally,
    Name.PUT_ON_LIST: answering.put_on_list,
    Name.DECLINE: answering.decline,
    Name.REDIRECT: answering.redirect,
}


def register(app: Flask) -> None:
    """Add the pages to the app."""
    app.register_blueprint(blueprint)


@blueprint.errorhandler(HiddenError)
def _over(_error: HiddenError) -> Response:
    return _closed()


@blueprint.errorhandler(MissingKeyError)
@blueprint.errorhandler(CannotUnsealError)
def _broken(_error: Exception) -> Response:
    return page("cases/broken.html", 503)


@blueprint.get("/<token>")
def show(token: str) -> Response:
    """That a referral waits, and where a code would go."""
    found = behind(token)
    return _front(found, token, Typed()) if found else _closed()


@blueprint.post("/<token>/code")
def send_code(token: str) -> Response:
    """A code is on its way to the channel that got the link."""
    found, typed = behind(token), Typed.sent()
    if found is None:
        return _closed()
    if not typed.errors:
        try:
            write(ask_code, who(), token=token, address=request.remote_addr or "")
            flash(gettext("A code is on its way. Type it below within 10 minutes."), "good")
            return redirect(url_for("answering.show", token=token), 303)
        except RefusedError as refusal:
            typed.note(refusal)
    return _front(behind(token), token, typed, 429 if "throttle" in typed.errors else 422)


@blueprint.post("/<token>/open")
def enter(token: str) -> Response:
    """The code that came there."""
    typed = Typed.sent()
    if behind(token) is None:
        return _closed()
    if typed.errors:
        return _front(behind(token), token, typed, 422)
    try:
        opening = write(
            try_code,
            who(),
            token=token,
            code=typed.get("code"),
            address=request.remote_addr or "",
        )
    except HeldBackError as held:
        typed.errors["code"] = wait_text(held.until)
        return _front(behind(token), token, typed, 429)
    if opening.tried is Tried.RIGHT:
        response = redirect(url_for("answering.decide", token=token), 303)
        response.set_cookie(
            COOKIE,
            opening.browser,
            max_age=int(OPEN_FOR.total_seconds()),
            path="/answer",
            httponly=True,
            samesite="Lax",
            secure=is_https(),
        )
        return response
    typed.errors["code"] = (
        gettext("This is not the code.")
        if opening.tried is Tried.WRONG
        else gettext(
            "No code is good any more: each may be tried %(most)s times within 10 minutes. "
            "Ask for a new one.",
            most=MOST_TRIES,
        )
    )
    return _front(behind(token), token, typed, 422)


@blueprint.get("/<token>/decide")
def decide(token: str) -> Response:
    """What decides, and the answers."""
    return _decision(token)


@blueprint.post("/<token>/decide")
def answer(token: str) -> Response:
    """One of the answers."""
    found = opened(token, _browser())
    if found is None:
        return _back_to_front(token)
    form = MoveForm(MultiDict(request.form), zone=zone_of_receiver(found.referral))
    name = form.name
    if name is None or name not in COMMANDS:
        return _decision(token, status=422)
    if not form.is_protected():
        return _decision(token, form, 422)
    given = form.arguments(name)
    if name is Name.REDIRECT:
        given = put_suggestion(found.actor, form, given)
    if form.errors:
        return _decision(token, form, 422)
    code = found.referral.code
    try:
        write(
            answer_by_link,
            who(),
            token=token,
            browser=_browser(),
            state=form.at_state,
            step=COMMANDS[name],
            given=given,
        )
    except AlreadyMovedError:
        return _decision(token, form, 409, was_first=True)
    except RefusedError as refusal:
        form.note(refusal)
        return _decision(token, form, 422)
    if opened(token, _browser()) is not None:
        flash(gettext("Your answer is with the sender."), "good")
        return redirect(url_for("answering.decide", token=token), 303)
    return page("answering/done.html", code=code, name=name.value)


def _front(found: Behind | None, token: str, typed: Typed, status: int = 200) -> Response:
    if found is None:
        return _closed()
    tell = say(language())
    is_mail = found.channel.kind is ChannelKind.EMAIL
    address = found.channel.address if is_mail else spell(found.channel.address)
    return page(
        "answering/front.html",
        status,
        token=token,
        form=typed,
        urgency=tell(URGENCY_WORDS[found.referral.urgency]),
        urgency_kind=URGENCY_SHAPES[found.referral.urgency],
        masked=masked(address),
        is_mail=is_mail,
        was_sent=found.link.code_hash is not None,
        is_open=opened(token, _browser()) is not None,
    )


def _decision(
    token: str, form: MoveForm | None = None, status: int = 200, *, was_first: bool = False
) -> Response:
    found = opened(token, _browser())
    if found is None:
        return _back_to_front(token)
    seen = write(read_by_link, who(), token=token, browser=_browser())
    choices = choices_view(seen.referral, only_asked=True)
    names = answers_by_phone(seen.referral.state)
    boxes = boxes_for(
        names, None if was_first else form, {"pool": choices["pool"]}, open_first=False
    )
    return page(
        "answering/decide.html",
        status,
        token=token,
        referral=_view(seen),
        answers=boxes,
        choices=choices,
        form=None if was_first else form,
        was_first=was_first,
        sign_in=url_for("referrals.show", ruj=seen.referral.code),
    )


def _view(seen: Seen) -> dict[str, Any]:
    referral, said = seen.referral, Telling(seen.referral)
    needs = all_needs()
    return {
        "code": referral.code,
        "state": state_view(referral.state, said.tell),
        "urgency": said.tell(URGENCY_WORDS[referral.urgency]),
        "urgency_kind": URGENCY_SHAPES[referral.urgency],
        "needs": [needs[n.need].label(said.language) for n in referral.needs if n.need in needs],
        "sender": agency_names({referral.sender_agency_id}).get(referral.sender_agency_id, ""),
        "asked": said.when(referral.asked_at),
        "is_erased": seen.is_erased,
        "facts": said.facts(seen.fields),
        "dues": [
            due_view(due, said.moment, said.zone.key, said.language, said.tell)
            for due in dues_of(referral)
        ],
    }


def _browser() -> str:
    return request.cookies.get(COOKIE, "")


def _back_to_front(token: str) -> Response:
    if behind(token) is None:
        return _closed()
    return redirect(url_for("answering.show", token=token), 303)


def _closed() -> Response:
    """The same for what never was, is decided, withdrawn or over."""
    return page("answering/closed.html", 404)
