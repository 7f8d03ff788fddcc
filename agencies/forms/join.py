"""The form by which an agency joins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from marshmallow import ValidationError

from agencies.commands.applications import Applied
from agencies.queries.places import PlaceChoice, place, resolve
from agencies.rules.place_codes import DISTRICT, VILLAGE, around
from agencies.schemas.application import ApplicationSchema
from core.forms import Typed
from core.i18n import language

TRAP = "fax_number"  # hidden from people; robots fill in whatever they see


@dataclass(slots=True)
class JoinForm:
    """What was typed, and the districts to choose from when the name fits several."""

    typed: Typed
    choices: list[PlaceChoice] = field(default_factory=list)

    def read(self) -> Applied | None:
        """Everything checked at once; None with errors, or with districts to choose from."""
        typed = self.typed
        if typed.get(TRAP):
            typed.errors[TRAP] = gettext("Leave this field empty: it is a trap for robots")
        said = self._load()
        district = self._district()
        if said is None or district is None or typed.errors:
            return None
        return Applied(area_code=district, language=language(), **said)

    def _load(self) -> dict[str, Any] | None:
        try:
            said: dict[str, Any] = ApplicationSchema().load(self.typed.values.to_dict())
        except ValidationError as wrong:
            for name, texts in wrong.messages_dict.items():
                self.typed.errors[name] = str(texts[0])
            return None
        return said

    def _district(self) -> str | None:
        said = self.typed.get("place").strip()
        if not said:
            self.typed.errors["place"] = gettext("Say in which district the agency is")
            return None
        found = resolve(self.typed.get("place_code") or said)
        codes = {
            around(choice.code, DISTRICT): choice
            for choice in found
            if choice.level in (DISTRICT, VILLAGE)
        }
        if found.certain and len(codes) == 1:
            code = next(iter(codes))
            self._note(code)
            return code
        self.choices = [choice for choice in map(place, codes) if choice]
        if self.choices:
            self.typed.errors["place"] = gettext("Which district do you mean? Choose below.")
        elif found:
            self.typed.errors["place"] = gettext("Say the district (kecamatan), not only the city")
        else:
            self.typed.errors["place"] = gettext("No place of that name is known here.")
        return None

    def _note(self, code: str) -> None:
        """What was chosen stands in the field, so that it need not be chosen again."""
        chosen = place(code)
        if chosen and self.typed.get("place_code"):
            self.typed.values["place"] = chosen.full_name
