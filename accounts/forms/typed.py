"""What somebody typed into a form: kept as it was typed, with what is wrong beside each field."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from core.errors import RefusedError
from core.i18n import language, say


class Protection(FlaskForm):
    """Nothing but the token against forged posts."""


def is_ours() -> bool:
    """Whether a post came from a page of ours."""
    return bool(Protection().validate())


@dataclass(slots=True)
class Typed:
    """The values of a form, and its errors by field, in the reader's language."""

    values: MultiDict[str, str] = field(default_factory=MultiDict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls) -> Typed:
        """What came with this request; an error for a post that is not from a page of ours."""
        typed = cls(MultiDict(request.form))
        if not is_ours():
            typed.errors["csrf"] = gettext("The page had been open for long. Please send it again.")
        return typed

    def get(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def chosen(self, name: str) -> list[str]:
        """What is ticked in a group."""
        return self.values.getlist(name)

    def note(self, refusal: RefusedError) -> None:
        """Put what a command refused beside its fields."""
        tell = say(language())
        for trouble in refusal.troubles:
            self.errors[trouble.field] = tell(trouble.message, **dict(trouble.values))

    @property
    def summary(self) -> list[tuple[str, str]]:
        """For the summary above the form: field and what is wrong."""
        return list(self.errors.items())
