"""The form by which others are asked too: which, in which way, and whether the person agreed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from core.errors import RefusedError
from core.forms import Protection, why_not_taken
from core.i18n import language, say
from core.ids import parse_id
from core.validation import whole_number
from referral.models import How


@dataclass(slots=True)
class AskingForm:
    """What was ticked, and what is wrong by field."""

    values: MultiDict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    @property
    def offer_ids(self) -> list[uuid.UUID]:
        """The services that were ticked, in the order of the page."""
        found = (parse_id(one) for one in self.values.getlist("choices"))
        return [one for one in found if one is not None]

    @property
    def how(self) -> How:
        """In which way they are asked; one after the other unless said otherwise."""
        known = self.get("how")
        return How(known) if known in set(How) else How.ONE_BY_ONE

    @property
    def choose_minutes(self) -> int | None:
        """For how long answers are waited for."""
        return whole_number(self.get("choose_minutes"), most_digits=3)

    @property
    def agreed(self) -> bool:
        """Whether the person said yes to these agencies."""
        return bool(self.get("agreed"))

    def is_protected(self) -> bool:
        """Whether the token is right; if not, `errors` says so and nothing ticked is lost."""
        if Protection().validate():
            return True
        self.errors["csrf"] = why_not_taken()
        return False

    def note(self, refusal: RefusedError) -> None:
        """Keep what a command refused, in the reader's language."""
        tell = say(language())
        for trouble in refusal.troubles:
            self.errors[trouble.field] = tell(trouble.message, **dict(trouble.values))

    def summary(self) -> list[tuple[str, str]]:
        """The id of each field at fault and its fault."""
        return [(name, text) for name, text in self.errors.items() if name != "csrf"]
