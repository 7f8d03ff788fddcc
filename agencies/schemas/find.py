"""What find takes and gives. Words are forgiving (F, perempuan, female), numbers are not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validates_schema

from agencies.queries.find.understand import Asked
from agencies.rules.needs import Urgency, all_needs
from agencies.rules.person import OLDEST, Certainty, Disability, Person, Sex, parse_children
from agencies.schemas.quick import read_well_formed
from core.clock import now
from core.i18n import LANGUAGES, speak
from core.validation import UNKNOWN_FIELD, between, entries, letters, one_of

DEFAULT_LIMIT = 10
MOST_RESULTS = 50
MOST_NEEDS = 10
FARTHEST = timedelta(days=366)

_SEX_WORDS = {"f": "female", "p": "female", "perempuan": "female", "m": "male", "l": "male"}
_SEX_WORDS |= {"laki-laki": "male", "lainnya": "other"}
_URGENCY_WORDS = {"darurat": "emergency", "mendesak": "urgent", "biasa": "routine"}
_DISABILITY_WORDS = {"wheelchair": "mobility", "kursi roda": "mobility", "deaf": "hearing"}
_DISABILITY_WORDS |= {"tuli": "hearing", "blind": "sight", "netra": "sight"}


class Word(fields.String):
    """A word of an enumeration, with other spellings that people use."""

    def __init__(self, kind: Any, spellings: dict[str, str], **more: Any) -> None:
        words = [member.value for member in kind]
        super().__init__(metadata={"enum": words} | more.pop("metadata", {}), **more)
        self._kind = kind
        self._spellings = spellings
        self._words = words

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        word = super()._deserialize(value, attr, data, **kwargs).strip().lower()
        word = self._spellings.get(word, word)
        if word not in self._words:
            raise ValidationError(
                gettext("Must be one of: %(words)s", words=", ".join(self._words))
            )
        return self._kind(word)


class Words(fields.List[Any]):
    """A list of words, also taken as one text with commas."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        return super()._deserialize(value, attr, data, **kwargs)


class Children(fields.String):
    """Children who come along, as `M8,F3`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return parse_children(text)
        except ValueError as wrong:
            raise ValidationError(
                gettext("Write children as M8,F3: M or F and the age, under 18")
            ) from wrong


class NeedCode(fields.String):
    """One of the 48 needs."""

    def __init__(self, **more: Any) -> None:
        super().__init__(metadata={"enum": list(all_needs())}, **more)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        code = super()._deserialize(value, attr, data, **kwargs).strip().upper()
        if not code:
            raise self.make_error("required")
        if code not in all_needs():
            raise ValidationError(gettext("%(code)s is not a need of the list", code=code[:20]))
        return code


class StrictInteger(fields.Integer):
    """A whole number; true is none."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


def _latitude() -> fields.Float:
    return fields.Float(
        allow_nan=False, validate=between(-90, 90), metadata={"description": "Degrees north"}
    )


def _longitude() -> fields.Float:
    return fields.Float(
        allow_nan=False, validate=between(-180, 180), metadata={"description": "Degrees east"}
    )


class Strict(Schema):
    """Refuses what it does not know, in the reader's language."""

    error_messages = {"unknown": UNKNOWN_FIELD, "type": UNKNOWN_FIELD}


class PersonSchema(Strict):
    """What is known of the person; leave out what is not known."""

    sex = Word(Sex, _SEX_WORDS)
    age = StrictInteger(strict=True, validate=between(0, OLDEST), metadata={"description": "Years"})
    age_certainty = Word(Certainty, {})
    children = Children(
        validate=letters(0, 100),
        metadata={"description": "Children who come along", "example": "M8,F3"},
    )
    disability = Words(Word(Disability, _DISABILITY_WORDS), validate=entries(0, 5))
    languages = Words(fields.String(validate=letters(2, 20)), validate=entries(0, 10))
    nationality = fields.String(
        validate=letters(2, 2),
        metadata={"description": "ISO 3166 code of two letters", "example": "ID"},
    )
    id_document = fields.Boolean(metadata={"description": "Whether there is any identity paper"})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Person:
        """The person; a nationality is compared in capitals."""
        for name in ("disability", "languages"):
            if name in data:
                data[name] = tuple(dict.fromkeys(data[name]))
        if "languages" in data:
            data["languages"] = tuple(code.lower() for code in data["languages"])
        if "nationality" in data:
            data["nationality"] = data["nationality"].upper()
        return Person(**data)


class PlaceOfQuestion(Strict):
    """Where the person is, and in which language to answer."""

    lat = _latitude()
    lon = _longitude()
    place = fields.String(
        validate=letters(1, 120),
        metadata={
            "description": "A name or a gazetteer code",
            "example": "Cipayung, Jakarta Timur",
        },
    )
    limit = StrictInteger(load_default=DEFAULT_LIMIT, validate=between(1, MOST_RESULTS))
    lang = fields.String(validate=one_of(list(LANGUAGES)))

    @pre_load
    def listen(self, data: Any, **_: Any) -> Any:
        """Complain in the language that the answer is wanted in."""
        wish = data.get("lang") if hasattr(data, "get") else None
        if wish in LANGUAGES:
            speak(wish)
        return data

    @validates_schema(skip_on_field_errors=True)
    def both_or_none(self, data: dict[str, Any], **_: Any) -> None:
        """A latitude without a longitude is no place."""
        for given, missing in (("lat", "lon"), ("lon", "lat")):
            if given in data and missing not in data:
                raise ValidationError(gettext("Latitude and longitude come together"), missing)


def _point(data: dict[str, Any]) -> tuple[float, float] | None:
    return (data["lat"], data["lon"]) if "lat" in data else None


def _near_now(moment: datetime) -> None:
    """Nobody asks about another year; hours and holidays are known for about this one."""
    if abs(moment - now()) > FARTHEST:
        raise ValidationError(gettext("Must be within a year from now"))


class FindRequest(PlaceOfQuestion):
    """The whole question, in the body: facts about a person never travel in an address."""

    needs = Words(NeedCode(), required=True, validate=entries(1, MOST_NEEDS))
    person = fields.Nested(PersonSchema)
    at = fields.AwareDateTime(
        format="iso",
        validate=_near_now,
        metadata={"description": "When help is needed, with its time zone"},
    )
    urgency = Word(Urgency, _URGENCY_WORDS)

    def load(self, data: Any, **more: Any) -> Any:
        """What was asked. Well-formed questions take a short way; the long one says faults."""
        read = read_well_formed(
            data, most_needs=MOST_NEEDS, most_results=MOST_RESULTS, farthest=FARTHEST
        )
        if read is None or more:
            return super().load(data, **more)
        asked, limit, wish = read
        if wish:
            speak(wish)
        return {"asked": asked, "limit": limit or DEFAULT_LIMIT}

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What was asked, and how the answer is wanted."""
        moment: datetime | None = data.get("at")
        asked = Asked(
            needs=tuple(dict.fromkeys(data["needs"])),
            person=data.get("person", Person()),
            place=data.get("place"),
            point=_point(data),
            at=moment,
            urgency=data.get("urgency"),
        )
        return {"asked": asked, "limit": data["limit"]}


class FindQuery(PlaceOfQuestion):
    """The short question, in the address: need and place alone."""

    need = NeedCode(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What was asked, and how the answer is wanted."""
        asked = Asked(needs=(data["need"],), place=data.get("place"), point=_point(data))
        return {"asked": asked, "limit": data["limit"]}
