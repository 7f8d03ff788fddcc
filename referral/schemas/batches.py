"""People who travel together: what a program says of them, and what it reads: codes and states."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from agencies.rules.needs import Urgency
from agencies.rules.person import OLDEST, Sex
from agencies.schemas.find import Children, NeedCode, Strict, StrictInteger, Words
from agencies.wording.languages import LANGUAGE_WORDS
from core.validation import between, entries, letters, one_of
from referral.queries.batches import GROUPS
from referral.rules.batches import MOST, NAME_LETTERS, Traveller, Wrong, traveller
from referral.rules.facts import FACTS, MOST_CHILDREN
from referral.rules.person import FIELDS
from referral.rules.states import State
from referral.schemas.common import instant, text, values_of, word
from referral.schemas.consents import GroundsSchema
from referral.schemas.drafts import MOST_NEEDS

_LETTERS = {field.name: field.longest for field in FIELDS}
COUNTED = {group: group.replace(" ", "_") for group in GROUPS}


class NewBatchSchema(Strict):
    """A group of travellers."""

    name = text(NAME_LETTERS, "The flight, ship or bus; never a person", least=1, required=True)
    expected_at = instant("When they arrive: what is promised is kept until then")


class TravellerSchema(Strict):
    """One person: a case and a draft of their own. No answer of the API says again who they are."""

    name = fields.String(validate=letters(1, _LETTERS["name"]))
    phone = fields.String(validate=letters(1, _LETTERS["phone"]))
    sex = word(Sex, required=True)
    age = StrictInteger(
        required=True,
        strict=True,
        validate=between(0, OLDEST),
        metadata={"description": "Years"},
    )
    children = Children(
        validate=entries(0, MOST_CHILDREN),
        metadata={"description": "Children who come along", "example": "M8,F3"},
    )
    languages = Words(fields.String(validate=one_of(list(LANGUAGE_WORDS))), validate=entries(0, 10))
    reason = text(FACTS["reason"] or 0, "Why, in a few words; no name, no story", least=1)

    @post_load
    def as_row(self, data: dict[str, Any], **_: Any) -> Traveller:
        """As a row of a list says them: the rules of the list hold here too."""
        letter = {Sex.MALE: "M", Sex.FEMALE: "F"}
        children = ((letter.get(child.sex), child.age) for child in data.pop("children", ()))
        cells = {
            "sex": data.pop("sex").value,
            "age": str(data.pop("age")),
            "children": ",".join(f"{sex}{age}" for sex, age in children),
            "languages": ",".join(data.pop("languages", ())),
            **data,
        }
        try:
            return traveller(cells)
        except Wrong as wrong:
            raise ValidationError(gettext("This cannot be read"), wrong.column) from wrong


class NewPeopleSchema(Strict):
    """People of a group. Nobody is asked yet."""

    needs = Words(NeedCode(), required=True, validate=entries(1, MOST_NEEDS))
    urgency = word(Urgency, load_default=Urgency.ROUTINE)
    people = fields.List(fields.Nested(TravellerSchema), required=True, validate=entries(1, MOST))

    @post_load
    def tidy(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Each need once."""
        return {**data, "needs": tuple(dict.fromkeys(data["needs"]))}


class AskForOneSchema(Strict):
    """Whom to ask for one of them, and on which basis that they gave themselves."""

    code = fields.String(
        required=True,
        validate=letters(1, 40),
        metadata={"description": "Of their draft", "example": "RUJ-7F3K2"},
    )
    offer = fields.UUID(required=True, metadata={"description": "`offer` of a result of find"})
    consent = fields.Nested(GroundsSchema, required=True)


class AskForPeopleSchema(Strict):
    """Each person is asked for by themselves."""

    people = fields.List(fields.Nested(AskForOneSchema), required=True, validate=entries(1, MOST))

    @validates_schema(skip_on_field_errors=True)
    def each_once(self, data: dict[str, Any], **_: Any) -> None:
        """One agency for a person; the next ones are an asking's."""
        codes = [one["code"] for one in data["people"]]
        if len(set(codes)) < len(codes):
            raise ValidationError(gettext("Somebody stands here twice"), "people")


class ExpectedSchema(Strict):
    """When they arrive, said anew."""

    expected_at = instant("What is held is kept until then, never shorter", required=True)


class BatchSchema(Schema):
    """A group: it has no state of its own."""

    code = fields.String(required=True, metadata={"example": "ROM-7F3K2"})
    name = fields.String(required=True)
    expected_at = fields.DateTime(required=True, allow_none=True)
    arrived_at = fields.DateTime(required=True, allow_none=True)
    people = fields.Integer(required=True, metadata={"description": "How many they are"})


class BatchesSchema(Schema):
    """Your agency's groups, the latest first; at most a hundred."""

    items = fields.List(fields.Nested(BatchSchema), required=True)
    total = fields.Integer(required=True)


class OneOfBatchSchema(Schema):
    """Where somebody of a group stands; several lines for somebody for whom several are asked."""

    code = fields.String(required=True, metadata={"example": "RUJ-7F3K2"})
    case_code = fields.String(required=True)
    receiver = fields.UUID(required=True, allow_none=True)
    receiver_name = fields.String(required=True, allow_none=True)
    offer = fields.UUID(required=True, allow_none=True)
    service_name = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"enum": values_of(State)})
    state_label = fields.String(required=True)


class WholeBatchSchema(BatchSchema):
    """A group and each of its people, by codes."""

    counts = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": f"People, each once, by: {', '.join(COUNTED.values())}"},
    )
    items = fields.List(fields.Nested(OneOfBatchSchema), required=True)


class AddedSchema(Schema):
    """Who was taken: which entry of the request (from 1) became which case and draft."""

    number = fields.Integer(required=True)
    code = fields.String(required=True)
    case_code = fields.String(required=True)


class NotAddedSchema(Schema):
    """Who was not, and why."""

    number = fields.Integer(required=True)
    field = fields.String(required=True)
    message = fields.String(required=True)


class PeopleAddedSchema(Schema):
    """Each for themselves: who cannot be taken keeps nobody else up."""

    items = fields.List(fields.Nested(AddedSchema), required=True)
    refused = fields.List(fields.Nested(NotAddedSchema), required=True)


class NotAskedSchema(Schema):
    """For whom nobody was asked, and why."""

    code = fields.String(required=True)
    field = fields.String(required=True)
    message = fields.String(required=True)


class PeopleAskedSchema(Schema):
    """Each for themselves: for whom nobody can be asked so keeps nobody else up."""

    asked = fields.List(fields.String(), required=True)
    refused = fields.List(fields.Nested(NotAskedSchema), required=True)


class BatchExpectedSchema(BatchSchema):
    """For how many a place is kept until then."""

    kept = fields.Integer(required=True)


class BatchLandedSchema(BatchSchema):
    """How many consents that were given abroad have ended."""

    consents_ended = fields.Integer(required=True)
