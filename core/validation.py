"""What is said of wrong input, in the reader's language instead of marshmallow's English."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _lazy
from marshmallow import fields
from marshmallow.validate import Length, OneOf, Range


def _localise_messages() -> None:
    """Give marshmallow's own complaints ids of our catalogues."""
    messages: dict[type[fields.Field[Any]], dict[str, Any]] = {
        fields.Field: {
            "required": _lazy("This is needed"),
            "null": _lazy("This may not be empty"),
        },
        fields.String: {"invalid": _lazy("Must be text")},
        fields.Number: {
            "invalid": _lazy("Must be a number"),
            "too_large": _lazy("Must be a number"),
        },
        fields.Integer: {"invalid": _lazy("Must be a whole number")},
        fields.Float: {"special": _lazy("Must be a number")},
        fields.Boolean: {"invalid": _lazy("Must be true or false")},
        fields.List: {"invalid": _lazy("Must be a list")},
        fields.Nested: {"type": _lazy("Must be an object")},
        fields.DateTime: {
            "invalid": _lazy("Must be a moment such as 2026-11-22T22:00:00+07:00"),
            "format": _lazy("Must be a moment such as 2026-11-22T22:00:00+07:00"),
        },
        fields.AwareDateTime: {
            "awareness": _lazy("Say the time zone too, as in 2026-11-22T22:00:00+07:00"),
            "invalid_awareness": _lazy("Say the time zone too, as in 2026-11-22T22:00:00+07:00"),
        },
    }
    for field, texts in messages.items():
        field.default_error_messages = {**field.default_error_messages, **texts}


# Before any schema is defined: a field takes its texts when it is made.
_localise_messages()


def whole_number(typed: str, most_digits: int = 9) -> int | None:
    """The number that was typed in decimal digits; None for anything else, or more digits.

    `str.isdigit` also takes `²`, and `int` refuses thousands of digits with an error.
    """
    word = typed.strip()
    return int(word) if word.isdecimal() and len(word) <= most_digits else None


UNKNOWN_FIELD = _lazy("This is not a field of the question")


def between(low: float, high: float) -> Range:
    """A number between two others, both allowed."""
    return Range(low, high, error=_lazy("Must be between {min} and {max}"))


def letters(low: int, high: int) -> Length:
    """A text of so many letters."""
    return Length(low, high, error=_lazy("Must have {min} to {max} letters"))


def entries(low: int, high: int) -> Length:
    """A list of so many entries."""
    return Length(low, high, error=_lazy("Must have {min} to {max} entries"))


def one_of(words: list[str]) -> OneOf:
    """One of some words."""
    return OneOf(words, error=_lazy("Must be one of: {choices}"))
