"""A small form: what was typed, what is wrong with it, and the token against forged posts."""

from __future__ import annotations

from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from core.errors import RefusedError
from core.forms import Protection, why_not_taken
from core.i18n import language, say


@dataclass(slots=True)
class AskedForm:
    """What stands in the fields, and what is wrong by field."""

    values: MultiDict[str, str] = field(default_factory=MultiDict)
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

    def note(self, refusal: RefusedError) -> None:
        """Keep what a command refused, in the reader's language."""
        tell = say(language())
        for trouble in refusal.troubles:
            self.errors[trouble.field] = tell(trouble.message, **dict(trouble.values))
