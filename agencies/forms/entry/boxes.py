"""Questions of a form: how a field of a record is shown, and read again.

A box shows a value as texts by name and reads them back. What is wrong raises `Wrong`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from agencies.models import Status
from agencies.models.records import DocumentRecord, LanguageRecord
from agencies.rules.needs import all_needs
from agencies.wording.languages import LANGUAGE_WORDS
from core.i18n import _

Texts = Mapping[str, list[str]]
Values = MultiDict[str, str]
LARGEST = 1_000_000


class WrongInputError(Exception):
    """A text that cannot be read: the name of the box and a translated sentence."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name, self.text = name, text


class Box(Protocol):
    """A question of a form."""

    @property
    def name(self) -> str:
        """The record's field, and the name in the form."""

    @property
    def look(self) -> str:
        """Which macro of the page draws it."""

    def show(self, record: Any) -> Texts:
        """What stands in the form at first."""

    def read(self, values: Values, record: Any) -> Any:
        """The field's new value. `WrongInputError` for what cannot be read."""


@dataclass(frozen=True, slots=True)
class TextBox:
    """A line or a paragraph; empty is not known."""

    name: str
    hint: str = ""
    most: int = 200
    look: str = "text"
    needed: bool = False
    wants: str = ""  # a sign that must stand in it: @ in an e-mail address

    def show(self, record: Any) -> Texts:
        """The text."""
        return {self.name: [getattr(record, self.name) or ""]}

    def read(self, values: Values, record: Any) -> str | None:
        """The text without blanks around it."""
        text = " ".join(values.get(self.name, "").split())
        if self.look == "area":
            text = values.get(self.name, "").replace("\r\n", "\n").strip()
        if len(text) > self.most:
            raise WrongInputError(self.name, gettext("At most %(most)d letters", most=self.most))
        if text and self.wants and self.wants not in text:
            raise WrongInputError(
                self.name, gettext("This does not look right: %(sign)s is missing", sign=self.wants)
            )
        if self.needed and not text:
            raise WrongInputError(self.name, gettext("This is needed"))
        return text or None


@dataclass(frozen=True, slots=True)
class ThreeBox:
    """Yes, no, or not known."""

    name: str
    hint: str = ""
    look: str = "three"

    def show(self, record: Any) -> Texts:
        """One of three words."""
        return {self.name: [{True: "yes", False: "no", None: ""}[getattr(record, self.name)]]}

    def read(self, values: Values, record: Any) -> bool | None:
        """Anything but yes and no is not known."""
        return {"yes": True, "no": False}.get(values.get(self.name, ""))


@dataclass(frozen=True, slots=True)
class NumberBox:
    """A whole number; empty is not known."""

    name: str
    unit: str
    hint: str = ""
    high: int = LARGEST
    look: str = "number"

    def show(self, record: Any) -> Texts:
        """The figure."""
        value = getattr(record, self.name)
        return {self.name: ["" if value is None else str(value)]}

    def read(self, values: Values, record: Any) -> int | None:
        """The figure, from 0 on."""
        text = values.get(self.name, "").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            raise WrongInputError(self.name, gettext("Must be a whole number"))
        if len(text) > 9 or int(text) > self.high:
            raise WrongInputError(self.name, gettext("At most %(most)d", most=self.high))
        return int(text)


@dataclass(frozen=True, slots=True)
class StatusBox:
    """Open, or closed for some time; a service that ended stays ended unless it is said."""

    name: str = "status"
    hint: str = ""
    look: str = "status"

    def show(self, record: Any) -> Texts:
        """The status."""
        return {self.name: [record.status.value]}

    def read(self, values: Values, record: Any) -> Status:
        """Open or closed for some time; what is neither stays what it was."""
        known = {s.value: s for s in (Status.ACTIVE, Status.TEMPORARILY_CLOSED)}
        found: Status = known.get(values.get(self.name, ""), record.status)
        return found


@dataclass(frozen=True, slots=True)
class NeedsBox:
    """Needs of the list; those that stay keep their order."""

    name: str = "needs"
    hint: str = ""
    look: str = "needs"

    def show(self, record: Any) -> Texts:
        """The codes."""
        return {self.name: list(record.needs)}

    def read(self, values: Values, record: Any) -> tuple[str, ...]:
        """Codes of the list alone; the first counts most, so new ones come last."""
        ticked = [code for code in values.getlist(self.name) if code in all_needs()]
        kept = [code for code in record.needs if code in ticked]
        return tuple(dict.fromkeys([*kept, *ticked]))


@dataclass(frozen=True, slots=True)
class LinesBox:
    """Papers, one a line; those that stay keep their address."""

    name: str = "documents"
    hint: str = _("One a line")
    look: str = "lines"

    def show(self, record: Any) -> Texts:
        """The lines."""
        return {self.name: ["\n".join(item.document for item in record.documents)]}

    def read(self, values: Values, record: Any) -> tuple[DocumentRecord, ...]:
        """A paper for each line that is not empty."""
        known = {item.document: item for item in record.documents}
        lines = [" ".join(line.split()) for line in values.get(self.name, "").splitlines()]
        wanted = dict.fromkeys(line for line in lines if line)
        if any(len(line) > 200 for line in wanted) or len(wanted) > 30:
            raise WrongInputError(self.name, gettext("At most 30 lines of 200 letters each"))
        return tuple(known.get(line) or DocumentRecord(line) for line in wanted)


@dataclass(frozen=True, slots=True)
class LanguagesBox:
    """Languages of the list, spoken by staff and by interpreters; others stay as they are."""

    name: str = "languages"
    hint: str = ""
    look: str = "languages"

    def show(self, record: Any) -> Texts:
        """The codes of the list, in two groups."""
        groups: dict[str, list[str]] = {self.name: [], "interpreters": []}
        for item in record.languages:
            groups["interpreters" if item.by_interpreter else self.name].append(item.code or "")
        return groups

    def read(self, values: Values, record: Any) -> tuple[LanguageRecord, ...]:
        """Those ticked, with what else is known of them."""
        known = {(item.code, item.by_interpreter): item for item in record.languages}
        found = [item for item in record.languages if item.code not in LANGUAGE_WORDS]
        for group, by_interpreter in ((self.name, False), ("interpreters", True)):
            codes = [c for c in dict.fromkeys(values.getlist(group)) if c in LANGUAGE_WORDS]
            found += [
                known.get((code, by_interpreter))
                or LanguageRecord(code=code, by_interpreter=by_interpreter)
                for code in codes
            ]
        return tuple(sorted(found, key=repr))


def shown(boxes: Sequence[Box], record: Any) -> Values:
    """What stands in a form at first."""
    values: Values = MultiDict()
    for box in boxes:
        for name, texts in box.show(record).items():
            values.setlist(name, texts)
    return values
