"""Legal bases as a program records them, and as it reads them: without notes."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load

from agencies.schemas.find import Strict, Words
from agencies.wording.languages import LANGUAGE_WORDS
from core.validation import entries, one_of
from referral.rules.consent import SHARED, Assent, Basis, Giver, Mode
from referral.schemas.common import instant, text, values_of, word, yes_or_no

NOTES = ("purpose", "witness", "official", "caregiver_why")
LONGEST_NOTE = 300  # letters, as in the form
_FIELDS = [field.name for field in SHARED]


class GroundsSchema(Strict):
    """A basis as it was given, for whom the request itself says. Notes are sealed and never read
    by a key."""

    basis = word(Basis, required=True)
    giver = word(Giver, "Who gave it", required=True)
    mode = word(Mode, "How it was given; `not_asked` for all but consent", required=True)
    language = fields.String(
        load_default="id",
        validate=one_of(list(LANGUAGE_WORDS)),
        metadata={"description": "In which it was explained"},
    )
    fields_released = Words(
        fields.String(validate=one_of(_FIELDS)),
        data_key="fields",
        load_default=list,
        validate=entries(0, len(_FIELDS)),
        metadata={
            "description": "What may be handed over, besides what is in every referral",
        },
    )
    ends_at = instant("When it ends")
    ends_on_arrival = yes_or_no("Given abroad: it is said again on arrival", load_default=False)
    copy_given = yes_or_no("Whether the person got a copy", load_default=False)
    assent = word(Assent, "What a child said")
    caregiver_informed = yes_or_no("Whether the caregiver of a child was told")
    is_sexual_violence = yes_or_no("For a mandatory report about an adult")
    purpose = text(LONGEST_NOTE, "What for; needed but in an emergency")
    witness = text(LONGEST_NOTE, "Who witnessed a word said aloud")
    official = text(LONGEST_NOTE, "Who decided, for all bases but consent")
    caregiver_why = text(LONGEST_NOTE, "Why the caregiver was not told")

    @post_load
    def notes_apart(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As the command takes it: the notes by themselves."""
        notes = {name: data.pop(name).strip() for name in NOTES if name in data}
        data["fields"] = tuple(dict.fromkeys(data.pop("fields_released")))
        return {**data, "notes": {name: said for name, said in notes.items() if said}}


class NewConsentSchema(GroundsSchema):
    """A basis to hand fields of a case to one agency."""

    receiver = fields.UUID(
        metadata={"description": "For which agency; left out: the one that the referral asks"}
    )


class ConsentSchema(Schema):
    """A basis, without its notes. A row stays when it has ended: it is the proof."""

    id = fields.UUID(required=True)
    receiver = fields.UUID(required=True)
    basis = fields.String(required=True, metadata={"enum": values_of(Basis)})
    giver = fields.String(required=True, metadata={"enum": values_of(Giver)})
    mode = fields.String(required=True, metadata={"enum": values_of(Mode)})
    language = fields.String(required=True)
    fields_released = fields.List(fields.String(), data_key="fields", required=True)
    given_at = fields.DateTime(required=True)
    ends_at = fields.DateTime(required=True, allow_none=True)
    ends_on_arrival = fields.Boolean(required=True)
    withdrawn_at = fields.DateTime(required=True, allow_none=True)
    is_live = fields.Boolean(required=True)


class ConsentsSchema(Schema):
    """Every basis of the case, the latest first."""

    items = fields.List(fields.Nested(ConsentSchema), required=True)
    total = fields.Integer(required=True)


class ConsentMadeSchema(Schema):
    """The id of what was recorded."""

    id = fields.UUID(required=True)


class WithdrawnSchema(Schema):
    """What a withdrawal did."""

    consents = fields.Integer(
        required=True, metadata={"description": "How many ended; 0 when they had already"}
    )
    called_off = fields.List(
        fields.String(), required=True, metadata={"description": "Referrals on the way, by code"}
    )
    view_closed = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Referrals whose person has arrived: the receiver sees no more"},
    )
