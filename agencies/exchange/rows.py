"""Rows of the own format as records."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from agencies.exchange import cells
from agencies.exchange import messages as says
from agencies.exchange.cells import clean
from agencies.exchange.columns import COLUMNS, POSITION, columns_of
from agencies.exchange.coordinates import read_point
from agencies.exchange.hours import read_hours
from agencies.exchange.languages import read_languages
from agencies.exchange.messages import CellError, Notes, quoted
from agencies.exchange.parsed import Context, Parsed
from agencies.exchange.placing import put
from agencies.exchange.pools import read_pools
from agencies.models import HolidayRule, Precision
from agencies.models.records import (
    AgencyRecord,
    Entry,
    LocationRecord,
    OfferRecord,
    ServiceRecord,
)
from core.actors import Tier

NO_POSITION = "none"  # a precision of the file, not of the table
PRECISIONS = (*Precision, NO_POSITION)
_EMAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+")
# What a place's position is made of: all of it is said as soon as the file says a position.
_PLACED = frozenset({"latitude", "longitude", "precision", "area_code"})
_HIDDEN_NAMES = frozenset({"district", "city", "province"})

Values = dict[type, dict[str, Any]]


def read_row(
    number: int, raw: Mapping[str, str], columns: Collection[str], context: Context
) -> Parsed:
    """A row as a record; `columns` are those that the file has."""
    return _Row(number, raw, columns, context).parsed()


class _Row:
    def __init__(
        self, number: int, raw: Mapping[str, str], columns: Collection[str], context: Context
    ) -> None:
        self._columns, self._context = columns, context
        self._notes = Notes()
        self._cells = {name: self._clean(name, raw.get(name) or "") for name in columns}
        key = self._cells.get("location_key", "")
        self._was_secret = key in context.secret_places
        self._tier = self._read_tier()
        self._parsed = Parsed(number, self._key(), notes=self._notes, guarded=self._is_guarded())

    def parsed(self) -> Parsed:
        """The record, or why it is refused."""
        values = self._plain()
        values[LocationRecord].update(self._position())
        values[ServiceRecord].update(self._languages())
        values[OfferRecord].update(self._schedules(), **self._pools())
        self._check(values)
        if not self._notes.refused:
            self._parsed.entries = (self._entry(values),)
        if self._parsed.guarded:
            self._notes.hide()
        return self._parsed

    def _clean(self, name: str, text: str) -> str:
        try:
            return clean(text)
        except CellError as error:
            self._notes.refused.append(error.trouble(name))
            return ""

    def _key(self) -> str:
        """What people find the row by; in a row out of step anything may stand there."""
        keys = [self._cells.get(name, "") for name in ("service_key", "location_key")]
        return " @ ".join(key for key in keys if cells.is_key(key))

    def _read_tier(self) -> Tier | None:
        """The tier that counts; None when the cell cannot be read."""
        text = self._cells.get("tier", "")
        if not text:
            return Tier.SECRET if self._was_secret else Tier.PUBLIC
        try:
            return cells.read_tier(text)
        except CellError:
            return None

    def _is_guarded(self) -> bool:
        return self._tier is None or self._tier is Tier.SECRET or self._was_secret

    def _plain(self) -> Values:
        values: Values = {r: {} for r in (AgencyRecord, ServiceRecord, LocationRecord, OfferRecord)}
        for column in COLUMNS:
            text = self._cells.get(column.name, "")
            if column.name not in self._columns or column.kind is None:
                continue
            if text:
                try:
                    values[column.record][column.field] = column.kind.read(text)
                except CellError as error:
                    self._notes.refused.append(error.trouble(column.name))
            elif column.filled:
                self._notes.refuse(column.name, says.MISSING)
        return values

    def _position(self) -> dict[str, Any]:
        text = self._cells.get
        values: dict[str, Any] = {"tier": Tier.SECRET if self._tier is None else self._tier}
        point = read_point(text("latitude", ""), text("longitude", ""), self._notes)
        word = text("precision", "").casefold()
        if word and word not in PRECISIONS:
            words = ", ".join(PRECISIONS)
            self._notes.refuse("precision", says.UNKNOWN_WORD, value=quoted(word), words=words)
        elif point is not None:
            stated = word if word in tuple(Precision) else Precision.POINT
            values.update(latitude=point[0], longitude=point[1], precision=Precision(stated))
        return values

    def _languages(self) -> dict[str, Any]:
        found: dict[str, None] = {}
        for name in ("languages", "interpreters"):
            try:
                read = read_languages(self._cells.get(name, ""), by_interpreter=name != "languages")
                found.update(dict.fromkeys(read))  # type: ignore[arg-type]
            except CellError as error:
                self._notes.refused.append(error.trouble(name))
        return {"languages": tuple(found)}

    def _schedules(self) -> dict[str, Any]:
        try:
            text = self._cells.get("holidays", "")
            holidays = cells.read_word(HolidayRule)(text) if text else None
        except CellError as error:
            self._notes.refused.append(error.trouble("holidays"))
            return {}
        try:
            return {"schedules": read_hours(self._cells.get("hours", ""), holidays)}
        except CellError as error:
            self._notes.refused.append(error.trouble("hours"))
            return {}

    def _pools(self) -> dict[str, Any]:
        try:
            return {"pools": read_pools(self._cells.get("places", ""), self._context.clock)}
        except CellError as error:
            self._notes.refused.append(error.trouble("places"))
            return {}

    def _check(self, values: Values) -> None:
        service = values[ServiceRecord]
        low, high = service.get("minimum_age"), service.get("maximum_age")
        if low is not None and high is not None and low > high:
            self._notes.refuse("minimum_age", says.AGES_CONTRADICT)
        if not service.get("needs") and not self._notes.refused:
            self._notes.warn("needs", says.NO_NEEDS)
        email = values[AgencyRecord].get("email")
        if email and not _EMAIL.fullmatch(email):
            self._notes.warn("agency_email", says.WRONG_EMAIL, value=quoted(email))
        verified = values[OfferRecord].get("verified_at")
        if verified and verified > (self._context.clock.now + timedelta(days=1)).date():
            self._notes.warn("verified_at", says.VERIFIED_LATER)
        if self._was_secret and self._tier is not Tier.SECRET:
            self._notes.warn("tier", says.LESS_GUARDED)
        self._check_areas(service.get("areas", ()))

    def _check_areas(self, areas: Collection[Any]) -> None:
        gazetteer = self._context.gazetteer
        for area in areas:
            if gazetteer.is_loaded and area.code and not gazetteer.knows(area.code):
                self._notes.warn("service_area", says.UNKNOWN_AREA, value=quoted(area.code))

    def _entry(self, values: Values) -> Entry:
        agency = AgencyRecord(**values[AgencyRecord], said=self._said(AgencyRecord))
        service = ServiceRecord(
            **values[ServiceRecord], agency_key=agency.key, said=self._said(ServiceRecord)
        )
        place = values[LocationRecord]
        place.setdefault("timezone", self._context.timezone)
        location = put(
            LocationRecord(**place),
            self._context.gazetteer,
            self._notes,
            never_by_name=self._cells.get("precision", "").casefold() == NO_POSITION,
        )
        offer = OfferRecord(
            service_key=service.key,
            location_key=location.key,
            **values[OfferRecord],
            said=self._said(OfferRecord),
        )
        return Entry(agency, service, replace(location, said=self._said(LocationRecord)), offer)

    def _said(self, record: type[Any]) -> frozenset[str]:
        said = {c.field for c in columns_of(record) if c.name in self._columns}
        if record is ServiceRecord:
            said.add("agency_key")
        if record is LocationRecord:
            said = self._said_of_place(said)
        return frozenset(said)

    def _said_of_place(self, said: set[str]) -> set[str]:
        """A position is said whole or not at all; an empty tier or time zone is as before."""
        said = said - _PLACED - {n for n in ("tier", "timezone") if not self._cells.get(n)}
        has_position = set(self._columns) >= POSITION
        if self._tier is Tier.SECRET:
            # The names around a secret place come from its cell, never from the file.
            # Without a position what was known stays, unless it was known of an open place.
            old_names = said - _HIDDEN_NAMES if self._was_secret else said | _HIDDEN_NAMES
            said = said | _HIDDEN_NAMES if has_position else old_names
        return said | _PLACED if has_position else said
