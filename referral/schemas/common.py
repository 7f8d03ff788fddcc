"""What several schemas share: words of enumerations, texts, and the problem of who comes second."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields

from agencies.schemas.answer import ProblemSchema
from agencies.schemas.find import Strict, Word
from core.clock import is_of_our_time
from core.validation import letters
from referral.rules.moves import Party
from referral.rules.states import State

LONGEST = 500  # letters of any words here, as in the forms


def values_of(kind: type[StrEnum]) -> list[str]:
    """The words of an enumeration."""
    return [member.value for member in kind]


def word(kind: type[StrEnum], about: str = "", **more: Any) -> Word:
    """One of an enumeration, exactly as it is spelt in answers."""
    return Word(kind, {}, metadata={"description": about} if about else {}, **more)


class ExactWord(fields.String):
    """One of an enumeration whose values are not in small letters."""

    def __init__(self, kind: type[StrEnum], **more: Any) -> None:
        super().__init__(metadata={"enum": values_of(kind)} | more.pop("metadata", {}), **more)
        self._kind = kind

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        said = super()._deserialize(value, attr, data, **kwargs).strip()
        if said not in set(self._kind):
            words = ", ".join(values_of(self._kind))
            raise ValidationError(gettext("Must be one of: %(words)s", words=words))
        return self._kind(said)


def text(most: int = LONGEST, about: str = "", *, least: int = 0, **more: Any) -> fields.String:
    """A text of so many letters."""
    metadata = {"description": about} if about else {}
    return fields.String(validate=letters(least, most), metadata=metadata, **more)


def yes_or_no(about: str = "", **more: Any) -> fields.Boolean:
    """True or false, as JSON spells them."""
    metadata = {"description": about} if about else {}
    return fields.Boolean(truthy={True}, falsy={False}, metadata=metadata, **more)


class Moment(fields.AwareDateTime):
    """A moment of our time (`core.clock`) with its time zone."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        found = super()._deserialize(value, attr, data, **kwargs)
        if not is_of_our_time(found):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return found


def instant(about: str = "", **more: Any) -> fields.AwareDateTime:
    """A moment with its time zone."""
    return Moment(format="iso", metadata={"description": about}, **more)


class AtState(Strict):
    """Where the program saw the referral: it counts only if it still stands there."""

    at_state = word(
        State,
        "Where you saw the referral. If it stands elsewhere by now, nothing is done: 409. "
        "Left out: the move is made wherever it is possible.",
    )


class MovedProblemSchema(ProblemSchema):
    """The same, for who comes second: where the referral stands now."""

    state = fields.String(metadata={"enum": values_of(State)})
    state_label = fields.String(metadata={"description": "The state in the asked language"})


class NamedAgencySchema(Schema):
    """An agency by its id and name."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class StateSchema(Schema):
    """Where a referral stands."""

    code = fields.String(required=True, metadata={"example": "RUJ-7F3K2"})
    state = fields.String(required=True, metadata={"enum": values_of(State)})
    state_label = fields.String(
        required=True, metadata={"description": "The state in the asked language"}
    )
    side = fields.String(
        required=True,
        metadata={"enum": ["sender", "receiver"], "description": "On which side your agency is"},
    )
    moved_at = fields.DateTime(required=True)
    moves = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What your agency may do now: `POST …/moves/<name>`"},
    )


SIDES = (Party.SENDER, Party.RECEIVER)
