"""Every move as an operation of its own: `POST /api/v1/referrals/<ruj>/moves/<name>`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Response
from flask.views import MethodView
from marshmallow import Schema

from accounts.current import who
from accounts.rules.rights import Scope
from agencies.queries.directory import agency_by_id
from core.api import json_answer
from core.db import write
from core.errors import refused
from referral.api import examples
from referral.api.common import RUJ, blueprint, posting, referral_of
from referral.api.present import state_view
from referral.commands.asking.drafts import NO_SUCH_AGENCY
from referral.commands.asking.ready import send_ready
from referral.commands.moves import answering, handing, sending
from referral.commands.record.desk import at_seen_state
from referral.rules.moves import Name
from referral.schemas import moves as takes
from referral.schemas.common import StateSchema


@dataclass(frozen=True, slots=True)
class Offered:
    """A move for programs: what it is told, the command that makes it, and how it is described."""

    name: Name
    takes: type[Schema]
    command: Callable[..., Any]
    text: str
    example: dict[str, Any] = field(default_factory=dict)


OFFERED = (
    Offered(
        Name.SEND, takes.SendSchema, send_ready,
        "Send a draft under a recorded consent. What is missing is said by field.",
        {"consent_id": examples.CONSENT_ID},
    ),
    Offered(
        Name.ACKNOWLEDGE, takes.AnswerMoveSchema, answering.acknowledge,
        "The receiver has read it. That is no promise.", {"at_state": "sent"},
    ),
    Offered(
        Name.ASK, takes.AskSchema, answering.ask, "The receiver needs to know more.",
        {"words": "Can she climb stairs?"},
    ),
    Offered(
        Name.GIVE_ANSWER, takes.GiveAnswerSchema, sending.answer_question,
        "The sender answers what was asked.", {"words": "Yes, slowly."},
    ),
    Offered(
        Name.ACCEPT, takes.AcceptSchema, answering.accept,
        "A place is held and a person is named. Of two who accept at once one gets 409.",
        {"person": "Ibu Rini", "pool": examples.POOL_ID, "at_state": "acknowledged"},
    ),
    Offered(
        Name.ACCEPT_CONDITIONALLY, takes.AcceptConditionallySchema, answering.accept_conditionally,
        "The same under conditions; the place is held already.",
        {"person": "Ibu Rini", "pool": examples.POOL_ID, "conditions": "A medical letter first"},
    ),
    Offered(
        Name.MEET_CONDITIONS, takes.NothingSchema, answering.meet_conditions,
        "Either side says that the conditions are met.",
    ),
    Offered(
        Name.PUT_ON_LIST, takes.AnswerMoveSchema, answering.put_on_list,
        "No place now; the person waits for one.",
    ),
    Offered(
        Name.DECLINE, takes.DeclineSchema, answering.decline,
        "The agency does not take the person, for a coded reason.",
        {"reason": "PENUH", "words": "Free again on Monday"},
    ),
    Offered(
        Name.REDIRECT, takes.RedirectSchema, answering.redirect,
        "Not we, but another agency may.", {"suggestion": "Rumah Aman Melati, they take families"},
    ),
    Offered(
        Name.DIVERT, takes.WordsSchema, sending.divert,
        "The person is taken elsewhere on the way.", {"words": "The road is flooded"},
    ),
    Offered(
        Name.CANCEL, takes.CancelSchema, sending.cancel,
        "Call it off: by the survivor's wish, or because the need is gone.",
        {"reason": "need_gone"},
    ),
    Offered(
        Name.HAND_OVER, takes.HandOverSchema, handing.hand_over,
        "The person is there. Held places become occupied; the other side confirms.",
        {"received_by": "Ibu Rini", "came": 1},
    ),
    Offered(
        Name.MISS, takes.NothingSchema, handing.miss,
        "The person did not come. The place stays held until either side says more.",
    ),
    Offered(
        Name.BEGIN, takes.NothingSchema, handing.begin_service, "The service has begun.",
    ),
    Offered(
        Name.COMPLETE, takes.CompleteSchema, handing.complete,
        "The service has ended: the return referral. Its words are read by people.",
        {"outcome": "met", "service_given": "Ten nights", "next_date": "2026-12-01"},
    ),
    Offered(
        Name.CLOSE, takes.NothingSchema, sending.close,
        "The sender has read the return referral; the loop is closed.",
    ),
    Offered(
        Name.REOPEN, takes.ReopenSchema, sending.reopen,
        "Send again what had ended. The original start stays.", {"words": "They have a place now"},
    ),
    Offered(
        Name.MARK_ERROR, takes.WordsSchema, sending.mark_error,
        "It was never meant, and counts nowhere any more.", {"words": "Entered twice"},
    ),
)  # fmt: skip


def _make(offered: Offered, ruj: str, given: dict[str, Any]) -> Response:
    """Make the move if the referral still stands where the program saw it."""
    said = dict(given)
    state, by_phone = said.pop("at_state", None), said.pop("by_phone_from", None)
    if offered.name is Name.REDIRECT:
        said["agency_id"] = _suggested(said.pop("agency", None))
    write(
        at_seen_state,
        who(),
        code=ruj,
        state=state,
        step=offered.command,
        given=said,
        by_phone_from=by_phone,
    )
    referral, side = referral_of(ruj)
    return json_answer(state_view(referral, side))


def _suggested(agency_id: Any) -> Any:
    if agency_id is not None and agency_by_id(who(), agency_id) is None:
        raise refused("agency", NO_SUCH_AGENCY)
    return agency_id


def _add(offered: Offered) -> None:
    """The view of one move: endpoints are called `referrals_api.<Name>`."""

    def post(_self: MethodView, given: dict[str, Any], ruj: str) -> Response:
        return _make(offered, ruj, given)

    post.__doc__ = offered.text
    described = posting(offered.takes, StateSchema, example=offered.example, answer=examples.STATE)(
        post
    )
    name = "".join(part.title() for part in offered.name.value.split("_"))
    view = type(name, (MethodView,), {"scope": Scope.REFERRALS, "post": described})
    blueprint.route(f"/<ruj>/moves/{offered.name.value}", parameters=RUJ)(view)


for _offered in OFFERED:
    _add(_offered)
