"""What all forms of pages share: what was typed, the token against forged posts, and being shown
again with all of it.

A page that came by post cannot be asked for again in the other language: its address may take posts
only, and what was typed would be lost. So the language buttons of such a page (`forms.languages`)
send its form with the language in `show_in`. Nothing is done with that: every view shows a form
again, with all that was typed, when its token is not taken, and that is what happens here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from core.clock import read_moment
from core.errors import RefusedError
from core.i18n import SHOW_IN, language, say

TOKEN = "csrf_token"  # noqa: S105 (the name of the field)
CSRF = "csrf"  # among the errors: the form was not taken at all


class Protection(FlaskForm):
    """Nothing but the token against forged posts."""

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Whether the form is to be taken: it is our own page's, and was sent to be taken."""
        return SHOW_IN not in request.form and super().validate(extra_validators)


def why_not_taken() -> str:
    """Why a form is shown again whose token was not taken, in the reader's language."""
    if SHOW_IN in request.form:
        return str(gettext("The language has changed. Nothing has been sent yet."))
    return str(gettext("The page had been open for long. Please send it again."))


@dataclass(slots=True)
class Typed:
    """What was typed (`values`) and what is wrong (`errors`, by field). Nothing typed is lost."""

    values: MultiDict[str, str] = field(default_factory=MultiDict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls) -> Self:
        """What came with this request; an error for a post that is not from a page of ours."""
        typed = cls(MultiDict(request.form))
        typed.is_protected()
        return typed

    def get(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def chosen(self, name: str) -> list[str]:
        """What is ticked in a group."""
        return self.values.getlist(name)

    def error(self, name: str) -> str:
        """What is wrong with a field."""
        return self.errors.get(name, "")

    def wrong(self, name: str, text: str) -> None:
        """Note what is wrong with a field; the first word stands."""
        self.errors.setdefault(name, text)

    def need(self, name: str) -> str:
        """What stands in a field; an error when nothing does."""
        if not self.get(name).strip():
            self.errors[name] = gettext("This is needed")
        return self.get(name)

    def moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        """Date and time in a zone; None where none was typed, and for what is none, an error."""
        typed = self.get(name).strip()
        if not typed:
            return None
        try:
            return read_moment(typed, zone)
        except ValueError:
            self.errors[name] = gettext("Date and time such as 2026-11-25 22:30")
            return None

    def is_protected(self) -> bool:
        """Whether it is to be taken: our own page's, sent for that, and nothing found wrong so far;
        else `errors` says why."""
        if not Protection().validate():
            self.wrong(CSRF, why_not_taken())
        return not self.errors

    def note(self, refusal: RefusedError) -> None:
        """Keep what a command refused, in the reader's language."""
        tell = say(language())
        for trouble in refusal.troubles:
            self.errors[trouble.field] = tell(trouble.message, **dict(trouble.values))

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Everything that is wrong: field and fault."""
        return list(self.errors.items())

    @property
    def faults(self) -> list[tuple[str, str]]:
        """The id of each field at fault and its fault; that it was not taken is said apart."""
        return [(name, text) for name, text in self.errors.items() if name != CSRF]
