"""The forms of a case: what was typed, kept as it was typed, and what is wrong with it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from core.errors import RefusedError
from core.forms import Protection, why_not_taken
from core.i18n import language, say
from core.ids import parse_id
from referral.rules.person import FIELDS, Person


@dataclass(slots=True)
class CaseForm:
    """What stands in the fields, and what is wrong by field."""

    values: MultiDict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def summary(self) -> list[tuple[str, str]]:
        """Field and fault, for the summary above the form."""
        return [(name, text) for name, text in self.errors.items() if name != "csrf"]

    def is_protected(self) -> bool:
        """Whether the token is right; if not, `errors` says so and nothing typed is lost."""
        if Protection().validate():
            return True
        self.errors["csrf"] = why_not_taken()
        return False

    def person(self) -> Person:
        """The fields of the person, as typed."""
        return {known.name: self.get(known.name) for known in FIELDS}

    def agency(self, choices: list[tuple[uuid.UUID, str]]) -> uuid.UUID | None:
        """The chosen agency; who has only one need not choose."""
        return choices[0][0] if len(choices) == 1 else parse_id(self.get("agency"))

    def note(self, refusal: RefusedError) -> None:
        """Keep what a command refused, in the reader's language."""
        tell = say(language())
        for trouble in refusal.troubles:
            self.errors[trouble.field] = tell(trouble.message, **dict(trouble.values))
