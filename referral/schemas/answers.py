"""What the API of referrals answers. Nothing here can hold who the person is."""

from __future__ import annotations

from marshmallow import Schema, fields

from agencies.rules.needs import Urgency
from agencies.schemas.find import Strict
from referral.models import Holding, Kind
from referral.rules.moves import Name, Party
from referral.rules.reasons import Outcome
from referral.rules.states import State
from referral.rules.threads import MOST_LETTERS
from referral.schemas.common import (
    NamedAgencySchema,
    StateSchema,
    instant,
    text,
    values_of,
)
from referral.schemas.listed import DueSchema


class FactsSchema(Schema):
    """What decides: as a receiver sees it before acceptance. Names and numbers are covered."""

    sex = fields.String()
    age = fields.String(metadata={"description": "A band, such as 25-59"})
    age_certainty = fields.String()
    children = fields.String(metadata={"example": "M8,F3"})
    disability = fields.List(fields.String())
    languages = fields.List(fields.String())
    interpreter = fields.Boolean()
    pregnant = fields.Boolean()
    nationality = fields.String()
    id_document = fields.Boolean()
    province = fields.String()
    danger = fields.String()
    escort = fields.Boolean()
    transport = fields.String()
    reason = fields.String()
    time_critical = fields.String(metadata={"example": "assault@2026-11-20T19:00+00:00"})
    done = fields.String()
    not_again = fields.String()
    unaccompanied = fields.Boolean()


class PromiseSchema(Schema):
    """What the receiver promised."""

    person = fields.String(
        required=True, allow_none=True, metadata={"description": "Who of the receiver"}
    )
    conditions = fields.String(required=True, allow_none=True)
    at = fields.DateTime(required=True, allow_none=True)
    pool = fields.String(required=True, allow_none=True)
    places = fields.Integer(required=True, allow_none=True)
    until = fields.DateTime(required=True, allow_none=True)


class ArrivalSchema(Schema):
    """The way there. Who comes along and how they know each other is not for programs."""

    expected_at = fields.DateTime(required=True, allow_none=True)
    meeting_point = fields.UUID(required=True, allow_none=True)
    said_at = fields.DateTime(required=True)


class HandOverDoneSchema(Schema):
    """The person is there."""

    arrived_at = fields.DateTime(required=True)
    sender_confirmed = fields.Boolean(required=True)
    receiver_confirmed = fields.Boolean(required=True)
    case_moved = fields.Boolean(required=True)


class ReturnSchema(Schema):
    """The return referral: how it ended. Its words are for people."""

    outcome = fields.String(required=True, metadata={"enum": values_of(Outcome)})
    next_date = fields.Date(required=True, allow_none=True)
    is_read = fields.Boolean(required=True)


class LoggedSchema(Schema):
    """One move."""

    number = fields.Integer(required=True)
    at = fields.DateTime(required=True)
    name = fields.String(required=True, metadata={"enum": values_of(Name)})
    from_state = fields.String(required=True, metadata={"enum": values_of(State)})
    to_state = fields.String(required=True, metadata={"enum": values_of(State)})
    party = fields.String(required=True, metadata={"enum": values_of(Party)})
    agency = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)
    words = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Said before anything was open; names and numbers are covered"},
    )
    due_at = fields.DateTime(required=True, allow_none=True)
    in_time = fields.Boolean(required=True, allow_none=True)
    by_phone = fields.Boolean(required=True)
    confirmed = fields.Boolean(
        required=True, metadata={"description": "Of an answer by phone: the receiver confirmed it"}
    )


class ReferralSchema(StateSchema):
    """A referral as a program reads it: never who the person is."""

    case_code = fields.String(
        required=True, allow_none=True, metadata={"description": "Of a case of your own agency"}
    )
    kind = fields.String(required=True, metadata={"enum": values_of(Kind)})
    urgency = fields.String(required=True, metadata={"enum": values_of(Urgency)})
    urgency_sign = fields.String(required=True, allow_none=True)
    sender = fields.Nested(NamedAgencySchema, required=True)
    receiver = fields.Nested(NamedAgencySchema, required=True, allow_none=True)
    offer = fields.UUID(required=True, allow_none=True)
    needs = fields.List(fields.String(), required=True)
    facts = fields.Nested(FactsSchema, required=True)
    is_erased = fields.Boolean(required=True)
    is_sealed = fields.Boolean(
        required=True, metadata={"description": "There is no live basis: nothing of the person"}
    )
    has_basis = fields.Boolean(required=True)
    requested_by = fields.DateTime(required=True, allow_none=True)
    started_at = fields.DateTime(required=True, allow_none=True)
    asked_at = fields.DateTime(required=True, allow_none=True)
    expires_at = fields.DateTime(required=True, allow_none=True)
    dues = fields.List(fields.Nested(DueSchema), required=True)
    by_phone = fields.Boolean(
        required=True, metadata={"description": "An answer by phone that is not confirmed yet"}
    )
    promise = fields.Nested(PromiseSchema, required=True, allow_none=True)
    arrival = fields.Nested(ArrivalSchema, required=True, allow_none=True)
    hand_over = fields.Nested(HandOverDoneSchema, required=True, allow_none=True)
    return_referral = fields.Nested(ReturnSchema, required=True, allow_none=True)
    log = fields.List(fields.Nested(LoggedSchema), required=True)


class DraftMadeSchema(StateSchema):
    """What was begun."""

    case_code = fields.String(required=True)


class HoldSchema(Schema):
    """Places that are, or were, kept for this referral."""

    id = fields.UUID(required=True)
    pool = fields.UUID(required=True)
    label = fields.String(required=True)
    places = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": values_of(Holding)})
    until = fields.DateTime(required=True, allow_none=True)


class ChoiceSchema(Schema):
    """A pool that an acceptance may name."""

    pool = fields.UUID(required=True)
    label = fields.String(required=True)
    service_name = fields.String(required=True)
    free = fields.Integer(required=True)
    needed = fields.Integer(required=True)
    fits = fields.Boolean(required=True)
    is_fresh = fields.Boolean(required=True)
    said_at = fields.DateTime(required=True)


class HoldsSchema(Schema):
    """What is kept, and which pools an acceptance may name: those that fit and have room first."""

    items = fields.List(fields.Nested(HoldSchema), required=True)
    choices = fields.List(fields.Nested(ChoiceSchema), required=True)


class WaySchema(Strict):
    """How the person gets there. All of it is said anew each time; what is left out is empty."""

    expected_at = instant("When they are expected. What is held is kept three hours longer")
    meeting_point = fields.UUID(metadata={"description": "The receiver's alone to name"})
    escort = text(200, "Who comes along. Written only")
    transport = text(200, "How they travel. Written only")
    sign = text(200, "How they know each other. Written only")


class NewNoteSchema(Strict):
    """A message to the other side, which is told that something waits."""

    words = text(MOST_LETTERS, "Written only: a person reads it", least=1, required=True)


class NoteSchema(Schema):
    """That there is a message. What it says a person reads, on the page."""

    id = fields.UUID(required=True)
    at = fields.DateTime(required=True)
    is_mine = fields.Boolean(required=True)
    is_read = fields.Boolean(required=True)


class NotesSchema(Schema):
    """The thread, the oldest first."""

    items = fields.List(fields.Nested(NoteSchema), required=True)
    total = fields.Integer(required=True)


class NoteMadeSchema(Schema):
    """The id of what was written."""

    id = fields.UUID(required=True)


class ConfirmSchema(Strict):
    """Nothing needs to be said: your agency's side confirms."""
