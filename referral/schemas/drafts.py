"""What a program sends to begin a referral. What identifies the person is written, never read."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from marshmallow import ValidationError, fields, post_load, validates_schema

from agencies.rules.needs import Urgency
from agencies.rules.person import OLDEST, Certainty, Disability, Sex
from agencies.schemas.find import Children, NeedCode, Strict, StrictInteger, Words
from agencies.wording.languages import LANGUAGE_WORDS
from core.validation import between, entries, letters, one_of
from referral.models import Bond, Kind
from referral.rules.facts import DANGERS, FACTS, MOST_CHILDREN
from referral.rules.person import FIELDS
from referral.rules.time_critical import MOST_HOURS, Critical
from referral.rules.urgency import SIGNS_BY_NAME
from referral.schemas.common import instant, text, word, yes_or_no

MOST_NEEDS = 10
_LETTERS = {field.name: field.longest for field in FIELDS}


def _fact(name: str, about: str = "") -> fields.String:
    """A short text, with as many letters as the form takes."""
    return text(FACTS[name] or 0, about, least=1)


class NewPersonSchema(Strict):
    """Who the person is. Sealed at once; no answer of the API ever says it again."""

    name = fields.String(validate=letters(1, _LETTERS["name"]))
    birth_year = fields.String(validate=letters(4, 4), metadata={"example": "1998"})
    phone = fields.String(validate=letters(1, _LETTERS["phone"]))
    address = fields.String(validate=letters(1, _LETTERS["address"]))


class TimeCriticalSchema(Strict):
    """Something that a clock runs for."""

    kind = word(Critical, required=True)
    hours = StrictInteger(
        required=True,
        strict=True,
        validate=between(0, MOST_HOURS),
        metadata={"description": "How many hours ago an assault was; how many until all others"},
    )


class NewFactsSchema(Strict):
    """What the referral says of the person and the handing over. Leave out what is not known."""

    sex = word(Sex)
    age = StrictInteger(strict=True, validate=between(0, OLDEST), metadata={"description": "Years"})
    age_certainty = word(Certainty)
    children = Children(
        validate=letters(0, 100),
        metadata={"description": "Children who come along", "example": "M8,F3"},
    )
    disability = Words(word(Disability), validate=entries(0, 5))
    languages = Words(fields.String(validate=one_of(list(LANGUAGE_WORDS))), validate=entries(0, 10))
    interpreter = yes_or_no("Whether an interpreter is needed")
    pregnant = yes_or_no()
    nationality = fields.String(
        validate=one_of(["ID", "XX"]),
        metadata={"description": "ID: Indonesia; XX: another one", "enum": ["ID", "XX"]},
    )
    id_document = yes_or_no("Whether there is any identity paper")
    province = _fact("province", "Where they come from")
    alias = _fact("alias", "What they want to be called")
    danger = fields.String(validate=one_of(list(DANGERS)), metadata={"enum": list(DANGERS)})
    escort = yes_or_no("Whether an escort is needed")
    transport = _fact("transport")
    reason = _fact("reason", "Why they are referred, in a few words; no name, no story")
    time_critical = fields.Nested(TimeCriticalSchema)
    done = _fact("done", "What was done already")
    not_again = _fact("not_again", "What they must not be asked again")
    must_not_know = _fact("must_not_know", "Who must not learn of it")
    contact = _fact("contact", "How and when they can be reached safely")
    may_leave_message = yes_or_no()
    code_word = _fact("code_word")
    caregiver = _fact("caregiver")
    caregiver_informed = yes_or_no()
    unaccompanied = yes_or_no()
    health = _fact("health", "For a treating health service only")

    @validates_schema(skip_on_field_errors=True)
    def not_too_many(self, data: dict[str, Any], **_: Any) -> None:
        """As many children as the form has room for."""
        if len(data.get("children", ())) > MOST_CHILDREN:
            raise ValidationError(
                gettext("At most %(most)s children", most=MOST_CHILDREN), "children"
            )


class NewReferralSchema(Strict):
    """A draft: of whom, for what, and whom to ask."""

    case_code = fields.String(
        validate=letters(1, 40),
        metadata={
            "description": "An open case of your agency. Left out: a new case is opened",
            "example": "RJK-4K2P9",
        },
    )
    person = fields.Nested(NewPersonSchema, metadata={"description": "Only for a new case"})
    needs = Words(NeedCode(), required=True, validate=entries(1, MOST_NEEDS))
    facts = fields.Nested(NewFactsSchema, load_default=dict)
    urgency = word(Urgency, "Left out: what signs and needs suggest")
    signs = Words(
        fields.String(validate=one_of(list(SIGNS_BY_NAME))),
        validate=entries(0, len(SIGNS_BY_NAME)),
        metadata={"description": "What makes it urgent"},
    )
    kind = word(
        Kind, "`refer` keeps the case; `transfer` moves it once the receiver confirmed arrival"
    )
    offer = fields.UUID(metadata={"description": "`offer` of a result of find: what is asked"})
    receiver = fields.UUID(
        metadata={"description": "`agency.id`, where no one service is asked; not with `offer`"}
    )
    requested_by = instant("An answer is of use until then")
    parent = fields.String(
        validate=letters(1, 40),
        metadata={"description": "The referral that this one follows", "example": "RUJ-7F3K2"},
    )
    bond = word(Bond, "How it follows: `return` or `onward`")

    @validates_schema(skip_on_field_errors=True)
    def fit_together(self, data: dict[str, Any], **_: Any) -> None:
        """One receiver at most, one person, and a bond to something."""
        if "offer" in data and "receiver" in data:
            raise ValidationError(gettext("Give the service or the agency, not both"), "receiver")
        if "case_code" in data and "person" in data:
            raise ValidationError(gettext("Of a case that is there the person is known"), "person")
        if ("bond" in data) != ("parent" in data):
            raise ValidationError(gettext("These two come together"), "parent")
        if data.get("bond") not in (None, Bond.RETURN, Bond.ONWARD):
            allowed = gettext("Must be one of: %(words)s", words="return, onward")
            raise ValidationError(allowed, "bond")

    @post_load
    def tidy(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Each need once."""
        return {**data, "needs": tuple(dict.fromkeys(data["needs"]))}
