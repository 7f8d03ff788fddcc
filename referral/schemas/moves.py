"""What each move is told: one schema each, as `referral/commands/moves/` takes it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from marshmallow import ValidationError, fields, post_load, validates_schema

from agencies.schemas.find import Strict, StrictInteger
from core.validation import between, entries
from referral.commands.moves.answering import Promise
from referral.rules.places import Part
from referral.rules.reasons import Cancel, Decline, Detail, Outcome
from referral.schemas.common import AtState, ExactWord, instant, text, word

MOST_PLACES = 99
NAME_LETTERS = 200


class NothingSchema(AtState):
    """Nothing but where it was seen."""


class AnswerMoveSchema(AtState):
    """An answer of the receiver. Its sender may write one down that was given on the phone."""

    by_phone_from = text(
        NAME_LETTERS,
        "Only for the sender: who of the receiver said it on the phone. The receiver confirms it "
        "later. Left out: it is the receiver's own answer.",
        least=1,
    )


class SendSchema(AtState):
    """Under which consent (`POST …/consents`) the draft is sent."""

    consent_id = fields.UUID(required=True)


class AskSchema(AnswerMoveSchema):
    """What the receiver needs to know."""

    words = text(about="The question. No name, no number", least=1, required=True)


class GiveAnswerSchema(AtState):
    """What the sender answers."""

    words = text(about="The answer. No name, no number", least=1, required=True)


class PartSchema(Strict):
    """So many places of one pool."""

    pool = fields.UUID(required=True)
    places = StrictInteger(required=True, strict=True, validate=between(1, MOST_PLACES))


class AcceptSchema(AnswerMoveSchema):
    """Who takes the person in, and which place is kept until when."""

    person = text(NAME_LETTERS, "Who of the receiver takes them in", least=1, required=True)
    pool = fields.UUID(
        metadata={"description": "Which places are held: `choices` of `GET …/holds`"}
    )
    places = StrictInteger(
        strict=True,
        validate=between(1, MOST_PLACES),
        metadata={"description": "How many; left out: as many as come"},
    )
    plan = fields.List(
        fields.Nested(PartSchema),
        validate=entries(1, 10),
        metadata={"description": "Instead of `pool`, for a family that is parted over pools"},
    )
    until = instant("When the place is kept no longer; left out: the usual time")
    at = instant("An appointment")

    @validates_schema(skip_on_field_errors=True)
    def one_way(self, data: dict[str, Any], **_: Any) -> None:
        """One pool or a plan."""
        if "plan" in data and ("pool" in data or "places" in data):
            raise ValidationError(gettext("Give one pool or a plan, not both"), "plan")

    @post_load
    def promise(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As the command takes it."""
        promise = Promise(
            person=data.pop("person"),
            pool_id=data.pop("pool", None),
            places=data.pop("places", None),
            until=data.pop("until", None),
            at=data.pop("at", None),
            plan=tuple(Part(part["pool"], part["places"]) for part in data.pop("plan", ())),
        )
        return {**data, "promise": promise}


class AcceptConditionallySchema(AcceptSchema):
    """The same, once something is the case."""

    conditions = text(about="What must be the case first", least=1, required=True)


class DeclineSchema(AnswerMoveSchema):
    """Why the agency does not take the person."""

    reason = ExactWord(Decline, required=True)
    detail = word(Detail, "Which rule of admission; needed with `TIDAK_MEMENUHI`, else left out")
    words = text(about="More, in a few words; needed with `LAIN`")

    @validates_schema(skip_on_field_errors=True)
    def which_rule(self, data: dict[str, Any], **_: Any) -> None:
        """Not eligible by which rule?"""
        if (data["reason"] is Decline.NOT_ELIGIBLE) != ("detail" in data):
            raise ValidationError(gettext("Say which rule it is"), "detail")


class RedirectSchema(AnswerMoveSchema):
    """Who may take the person instead."""

    suggestion = text(about="Whom you suggest, and why", least=1, required=True)
    agency = fields.UUID(metadata={"description": "The agency, where the directory has it"})


class WordsSchema(AtState):
    """Why, in a few words."""

    words = text(least=1, required=True)


class CancelSchema(AtState):
    """Why it is called off."""

    reason = word(Cancel, required=True)
    words = text(about="For your own agency; the receiver sees the reason alone")


class ReopenSchema(WordsSchema):
    """Why it is sent again, and under which consent."""

    consent_id = fields.UUID(metadata={"description": "A new consent, where one was given"})


class HandOverSchema(AtState):
    """The person is there."""

    received_by = text(NAME_LETTERS, "Who of the receiver received them", least=1, required=True)
    brought_by = text(NAME_LETTERS)
    belongings = text()
    documents = text()
    came = StrictInteger(
        strict=True,
        validate=between(1, MOST_PLACES),
        metadata={"description": "How many people; left out: as many as expected"},
    )
    met_at = instant(
        "When they were taken over, at a secret place at the meeting point; left out: now"
    )


class CompleteSchema(AtState):
    """The return referral: how the service ended."""

    outcome = word(Outcome, required=True)
    service_given = text(least=1, required=True)
    recommendation = text()
    next_date = fields.Date(metadata={"description": "When they are expected again"})
