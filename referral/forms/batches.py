"""The forms of a batch: the list of people, read row by row, and how they agreed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from agencies.exchange.files import text_of
from agencies.exchange.tables import Table, TableRow, table_in
from agencies.exchange.xlsx import sheet_in
from agencies.rules.needs import Urgency, all_needs
from agencies.wording.languages import LANGUAGE_WORDS
from core.errors import RefusedError, Trouble
from core.forms import Typed
from core.i18n import _, language, say
from core.ids import parse_id
from core.phones import is_number
from referral.commands.consent.consents import Given
from referral.rules.batches import (
    COLUMNS,
    MOST,
    REQUIRED,
    Traveller,
    Wrong,
    named_columns,
    traveller,
)
from referral.rules.consent import DEFAULTS, Giver, Mode

LARGEST = 2 * 1024 * 1024  # bytes of a list of some hundred rows
CHOICE = "choice-"  # before the code of a draft: the service chosen for that person
HOLDS_DAYS = 30
COLUMN_WORDS = {
    "name": _("Name"),
    "sex": _("Sex"),
    "age": _("Age"),
    "children": _("Children along"),
    "phone": _("Phone"),
    "reason": _("Reason"),
}
_OF_ONE = ("name", "sex", "age", "children")
E_ = TypeVar("E_")


@dataclass(slots=True)
class BatchForm(Typed):
    """What stands in the fields of one of the forms, and what is wrong by field."""

    rows_refused: list[str] = field(default_factory=list)

    @property
    def agency_id(self) -> uuid.UUID | None:
        """Whose batch it is to be."""
        return parse_id(self.get("agency"))

    @property
    def needs(self) -> list[str]:
        """What all of them need first."""
        found = [code for code in self.values.getlist("need") if code in all_needs()]
        if not found:
            self.errors["need"] = gettext("Choose at least one need")
        return found

    @property
    def urgency(self) -> Urgency:
        """How urgent it is for each of them."""
        known = self.get("urgency")
        return Urgency(known) if known in set(Urgency) else Urgency.ROUTINE

    def people(self, file: FileStorage | None) -> list[Traveller]:
        """The people of the form, the pasted list and the file. A row that cannot be read is
        named in `rows_refused` and stays in the field `list`, to be put right; all else is taken.
        """
        found: list[Traveller] = []
        if self.get("sex") or self.get("age") or self.get("name"):
            found += self._one()
        if self.get("list").strip():
            pasted = self.get("list")
            self.values["list"] = ""
            found += self._rows("list", lambda: table_in(pasted, (), COLUMNS), pasted)
        if file is not None and file.filename:
            found += self._rows("file", lambda: _table_of(file), "")
        return found

    def choices(self) -> dict[str, uuid.UUID]:
        """Of those who are to be asked for: the code of the draft, and the service."""
        found = {}
        for name, text in self.values.items():
            offer_id = parse_id(text) if name.startswith(CHOICE) else None
            if offer_id is not None:
                found[name.removeprefix(CHOICE)] = offer_id
        return found

    def given(self, moment: datetime) -> Given:
        """How each of them agreed; to whom is put in for each."""
        mode = self.get("mode")
        witness = self.get("witness").strip()[:300]
        identity = ("name", "phone") if self.get("identity") else ()
        return Given(
            receiver_agency_id=uuid.UUID(int=0),
            giver=Giver.SURVIVOR,
            mode=Mode(mode) if mode in set(Mode) else Mode.NONE,
            language=self.get("consent_language") or "id",
            fields=tuple(sorted(DEFAULTS.union(identity))),
            ends_at=moment + timedelta(days=HOLDS_DAYS),
            ends_on_arrival=bool(self.get("abroad")),
            notes={"witness": witness} if witness else {},
        )

    def _one(self) -> list[Traveller]:
        cells = {name: self.get(name).strip() for name in _OF_ONE if self.get(name).strip()}
        try:
            found = self._traveller(cells)
        except Wrong as wrong:
            self.errors[wrong.column] = gettext("This cannot be read")
            return []
        for name in _OF_ONE:
            self.values.poplist(name)
        return [found]

    def _traveller(self, cells: dict[str, str]) -> Traveller:
        cells = cells | {"languages": _spoken(cells.get("languages", ""))}
        found = traveller(cells, reason=self.get("reason").strip())
        if "phone" in cells and not is_number(cells["phone"]):
            raise Wrong("phone")  # said here, where the row can still be put right
        return found

    def _rows(self, name: str, read: object, typed: str) -> list[Traveller]:
        found, refused = [], []
        try:
            table: Table = read()  # type: ignore[operator]
            self._check_header(table)
            for row in table.rows:
                if row.number > MOST:
                    self.errors[name] = gettext("At most %(most)s people", most=MOST)
                    break
                one = self._read(row)
                if one is None:
                    refused.append(row)
                else:
                    found.append(one)
        except RefusedError as refusal:
            self.errors[name] = _said(refusal.troubles[0])
            self.values["list"] = typed
            return []
        if refused:
            self.values["list"] = _as_list(table.header, refused)
        return found

    def _check_header(self, table: Table) -> None:
        names = {COLUMNS.get(name) for name in table.header}
        if not set(REQUIRED) <= names:
            raise RefusedError(
                Trouble("list", gettext("The first row names the columns: name, sex, age"))
            )

    def _read(self, row: TableRow) -> Traveller | None:
        trouble = row.trouble
        if trouble is None:
            try:
                return self._traveller(named_columns(row.cells))
            except Wrong as wrong:
                column = say(language())(COLUMN_WORDS[wrong.column])
                why = gettext("“%(column)s” cannot be read", column=column)
        else:
            why = _said(trouble)
        self.rows_refused.append(gettext("Row %(number)s: %(why)s", number=row.number, why=why))
        return None


def _table_of(file: FileStorage) -> Table:
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise RefusedError(Trouble("file", gettext("The list is too large")))
    if content[:4] == b"PK\x03\x04":
        return sheet_in(content, ())
    return table_in(text_of(content), (), COLUMNS)


def _spoken(typed: str) -> str:
    """Languages by their codes, where their names are known; as they were typed where not."""
    names = (one.strip() for one in typed.split(","))
    return ",".join(_LANGUAGES.get(_plain(name), name) for name in names if name)


def _plain(name: str) -> str:
    return name.casefold().removeprefix("bahasa ").removeprefix("basa ")


_LANGUAGES = {_plain(name): code for code, name in LANGUAGE_WORDS.items()}


def _as_list(header: tuple[str, ...], rows: list[TableRow]) -> str:
    """The rows that were not taken, as they can be sent again once they are right."""
    lines: Iterator[str] = ("\t".join(row.cells.get(name, "") for name in header) for row in rows)
    return "\n".join(["\t".join(header), *lines])


def _said(trouble: Trouble) -> str:
    return say(language())(trouble.message, **dict(trouble.values))
