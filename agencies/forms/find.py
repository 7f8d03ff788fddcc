"""The find form: what was typed, kept as it was typed, and what is wrong with it.

The form is read into the same shape as the API's body and checked by the same schema, so that a
page and a program are told the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from agencies.queries.find.understand import Asked
from agencies.rules.need_words import needs_meant
from agencies.rules.needs import Need
from agencies.schemas.find import FindRequest
from core.clock import read_moment
from core.fulltext import stems
from core.validation import whole_number

MOST_CHILDREN = 6
FOREIGN = "XX"  # ISO 3166 keeps this code for "somewhere else"

Values = MultiDict[str, str]


@dataclass(slots=True)
class FindForm:
    """What was typed (`values`), what is wrong (`errors` by field), needs to choose from."""

    values: Values
    timezone: str
    errors: dict[str, str] = field(default_factory=dict)
    need_choices: list[Need] = field(default_factory=list)
    asked: Asked | None = None

    def get(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def chosen(self, name: str) -> list[str]:
        """What is ticked in a group."""
        return self.values.getlist(name)

    def read(self) -> Asked | None:
        """Check everything; None when something is wrong, with `errors` filled."""
        needs = self._needs()
        raw = {
            "needs": needs,
            "person": self._person(),
            **self._place(),
            **self._when(),
        }
        try:
            self.asked = FindRequest().load(raw)["asked"]
        except ValidationError as wrong:
            self._note(wrong.messages_dict)
        return None if self.errors else self.asked

    def _needs(self) -> list[str]:
        needs = self.chosen("need")
        typed = self.get("need_text")
        if not typed.strip():
            return needs
        meant = needs_meant(typed, stems)
        if len(meant) == 1:
            self.values.setlist("need", [*needs, meant[0].code])
            self.values["need_text"] = ""
            return [*needs, meant[0].code]
        self.need_choices = meant
        self.errors["need_text"] = (
            gettext("Several needs fit. Choose below.")
            if meant
            else gettext("No need of the list has these words. Try another word.")
        )
        return needs

    def _place(self) -> dict[str, Any]:
        if self.get("lat") and self.get("lon") and not self.get("place_code"):
            return {"lat": self.get("lat"), "lon": self.get("lon")}
        place = self.get("place_code") or self.get("place").strip()
        return {"place": place} if place else {}

    def _person(self) -> dict[str, Any]:
        person: dict[str, Any] = {}
        for name in ("sex", "age", "nationality"):
            if self.get(name).strip():
                person[name] = self.get(name).strip()
        if "age" in person:
            age = whole_number(person["age"])
            person["age"] = person["age"] if age is None else age
            person["age_certainty"] = self.get("age_certainty") or "stated"
        if self.chosen("disability"):
            person["disability"] = self.chosen("disability")
        if self.chosen("languages"):
            person["languages"] = self.chosen("languages")
        if self.get("id_document"):
            person["id_document"] = self.get("id_document") == "yes"
        children = self._children()
        return person | ({"children": children} if children else {})

    def _children(self) -> str:
        found = []
        for number in range(1, MOST_CHILDREN + 1):
            sex, age = self.get(f"child_sex_{number}"), self.get(f"child_age_{number}").strip()
            if age and not sex:
                self.errors[f"child_age_{number}"] = gettext("Say whether a boy or a girl")
            elif age and not _is_childs(age):
                self.errors[f"child_age_{number}"] = gettext("Age in years, under 18")
            elif sex and not age:
                self.errors[f"child_age_{number}"] = gettext("Say the age too; a guess will do")
            elif sex and age:
                found.append(f"{sex}{age}")
        return ",".join(found)

    def _when(self) -> dict[str, Any]:
        said: dict[str, Any] = {}
        if self.get("urgency"):
            said["urgency"] = self.get("urgency")
        if self.get("at").strip():
            try:
                at = read_moment(self.get("at").strip(), ZoneInfo(self.timezone))
            except ValueError:
                self.errors["at"] = gettext("Write date and time as 2026-11-22 22:00")
                return said
            said["at"] = at.isoformat()
        return said

    def _note(self, messages: dict[str, Any]) -> None:
        for name, found in messages.items():
            inner = found if isinstance(found, dict) else {name: found}
            for key, texts in inner.items():
                self.errors.setdefault(self._field(name, key), _first(texts))

    def _field(self, outer: str, key: Any) -> str:
        if outer == "needs":
            return "need"
        if outer in ("lat", "lon"):
            return "place"
        return "child_age_1" if key == "children" else str(key)


def _is_childs(age: str) -> bool:
    years = whole_number(age)
    return years is not None and years < 18


def _first(texts: Any) -> str:
    while isinstance(texts, (dict, list)):
        texts = next(iter(texts.values() if isinstance(texts, dict) else texts))
    return str(texts)
