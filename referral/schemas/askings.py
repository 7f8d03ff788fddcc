"""Several agencies asked for one person: what a program says, and what it reads."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields, validates_schema

from agencies.schemas.find import Strict, StrictInteger
from core.validation import between, entries, letters, one_of
from referral.models import How
from referral.rules.askings import LONGEST_CHOICE, MOST, SHORTEST_CHOICE
from referral.rules.states import State
from referral.schemas.common import NamedAgencySchema, values_of, word, yes_or_no
from referral.schemas.consents import GroundsSchema

EARLIER, LEAVE_OUT = "earlier", "leave_out"


class NewAskingSchema(Strict):
    """Whom to ask too, in this order, and on which basis of their own each."""

    offers = fields.List(
        fields.UUID(),
        required=True,
        validate=entries(1, MOST - 1),
        metadata={"description": "`offer` of results of find; one agency, one referral"},
    )
    agreed = yes_or_no(
        "The person agreed that these agencies are asked under the basis of the referral; else"
        " give `consent`"
    )
    consent = fields.Nested(
        GroundsSchema, metadata={"description": "The basis that was given for these agencies"}
    )
    how = word(
        How,
        "`at_once` (the first acceptance has it) and `choose` (you choose) in an emergency only",
        load_default=How.ONE_BY_ONE,
    )
    choose_minutes = StrictInteger(
        strict=True,
        validate=between(SHORTEST_CHOICE, LONGEST_CHOICE),
        metadata={"description": "With `choose`: minutes from the first acceptance"},
    )

    @validates_schema(skip_on_field_errors=True)
    def one_basis(self, data: dict[str, Any], **_: Any) -> None:
        """The referral's basis or another one."""
        if data.get("agreed") and "consent" in data:
            raise ValidationError(gettext("Give one of them, not both"), "consent")


class AlternativeSchema(Strict):
    """One of an asking."""

    alternative = fields.String(
        required=True,
        validate=letters(1, 40),
        metadata={"description": "Its code, of `items`", "example": "RUJ-8H4L3"},
    )


class OrderSchema(AlternativeSchema):
    """What becomes of one that was not asked yet."""

    step = fields.String(
        load_default=EARLIER,
        validate=one_of([EARLIER, LEAVE_OUT]),
        metadata={
            "enum": [EARLIER, LEAVE_OUT],
            "description": "A place earlier, or not asked at all",
        },
    )


class AskedSchema(Schema):
    """One of the agencies: a referral of its own."""

    code = fields.String(required=True)
    receiver = fields.Nested(NamedAgencySchema, required=True)
    offer = fields.UUID(required=True, allow_none=True)
    service_name = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"enum": values_of(State)})
    state_label = fields.String(required=True)
    asked_at = fields.DateTime(required=True, allow_none=True)
    may_be_asked = fields.Boolean(required=True)
    has_basis = fields.Boolean(required=True)


class AskingSchema(Schema):
    """Who is asked for one person, in the order in which they are asked."""

    how = fields.String(required=True, metadata={"enum": values_of(How)})
    choose_until = fields.DateTime(required=True, allow_none=True)
    started_at = fields.DateTime(required=True, allow_none=True)
    filled_at = fields.DateTime(
        required=True, allow_none=True, metadata={"description": "When an agency had it"}
    )
    stopped_at = fields.DateTime(required=True, allow_none=True)
    may_ask_next = fields.Boolean(required=True)
    may_choose = fields.Boolean(required=True)
    items = fields.List(fields.Nested(AskedSchema), required=True)
    total = fields.Integer(required=True)
