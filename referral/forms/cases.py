"""The forms of a case: what was typed, kept as it was typed, and what is wrong with it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from core.forms import Typed
from core.ids import parse_id
from referral.rules.person import FIELDS, Person, differing, marks


@dataclass(slots=True)
class CaseForm(Typed):
    """What stands in the fields, and what is wrong by field."""

    meanwhile: dict[str, str] = field(default_factory=dict)  # by field: what is there now

    @classmethod
    def opened(cls, person: Person | None) -> CaseForm:
        """The form of a case as it is opened."""
        known = person or {}
        return cls(MultiDict({**known, "seen": marks(known)}))

    def person(self) -> Person:
        """The fields of the person, as typed."""
        return {known.name: self.get(known.name) for known in FIELDS}

    @property
    def seen(self) -> str:
        """The marks of what the editor saw."""
        return self.get("seen")

    def compare(self, person: Person) -> None:
        """Somebody else was quicker: what the editor had not touched becomes what is there now.

        What they typed stays, and `meanwhile` says what stands there instead.
        """
        seen = self.seen
        touched = differing(seen, self.person())
        self.meanwhile = {
            name: person.get(name, "")
            for name in differing(seen, person)
            if person.get(name, "") != self.get(name).strip()
        }
        for name in self.meanwhile.keys() - set(touched):
            self.values[name] = person.get(name, "")
        self.values["seen"] = marks(person)

    def agency(self, choices: list[tuple[uuid.UUID, str]]) -> uuid.UUID | None:
        """The chosen agency; who has only one need not choose."""
        return choices[0][0] if len(choices) == 1 else parse_id(self.get("agency"))
