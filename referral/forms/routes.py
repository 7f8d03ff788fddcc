"""What is typed of routes and agreements, and what it means."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from agencies.rules.needs import all_needs
from core.forms import Typed
from core.i18n import _
from core.ids import parse_id
from core.validation import whole_number
from referral.commands.routes.agreements import Between, Terms
from referral.commands.routes.pathway import WantedRoute
from referral.models import Agreement, RouteRow
from referral.queries.routes import prerequisites_of
from referral.rules.agreements import GROUNDS
from referral.rules.routes import Prerequisite

OUT, IN = "out", "in"  # whether one's own agency refers, or is referred to
MINUTES = {"minutes": 1, "hours": 60, "days": 24 * 60}
WORKING_DAYS = "working_days"
UNITS: dict[str, str] = {
    "minutes": _("minutes"),
    "hours": _("hours"),
    "days": _("days"),
    WORKING_DAYS: _("working days"),
}
NO_NUMBER = _("A whole number, or nothing")
NO_DAY = _("A day such as 2026-11-25")
THIS_IS_NEEDED = _("This is needed")


class TimeTyped(Typed):
    """A form with a span of time: a number and its unit."""

    def span(self) -> tuple[int | None, int | None]:
        """Minutes, or working days; an error for what is no number."""
        typed, unit = self.get("limit").strip(), self.get("unit")
        if not typed:
            return None, None
        number = whole_number(typed, most_digits=6)
        if number is None or unit not in UNITS:
            self.wrong("limit", gettext(NO_NUMBER))
            return None, None
        if unit == WORKING_DAYS:
            return None, number
        return number * MINUTES[unit], None

    def put_span(self, minutes: int | None, working_days: int | None) -> None:
        """Show a span in its largest unit."""
        if working_days is not None:
            self.values["limit"], self.values["unit"] = str(working_days), WORKING_DAYS
        elif minutes is not None:
            unit = next(
                (u for u in ("days", "hours") if minutes and minutes % MINUTES[u] == 0), "minutes"
            )
            self.values["limit"], self.values["unit"] = str(minutes // MINUTES[unit]), unit

    def prerequisites(self) -> tuple[Prerequisite, ...]:
        """What is ticked as needed first."""
        ticked = self.chosen("first")
        return tuple(one for one in Prerequisite if one.value in ticked)


class RouteForm(TimeTyped):
    """A declared route."""

    @classmethod
    def of(cls, row: RouteRow) -> RouteForm:
        """As it stands."""
        form = cls(MultiDict([("first", one.value) for one in prerequisites_of(row)]))
        form.put_span(row.limit_minutes, row.limit_working_days)
        if row.is_off:
            form.values["off"] = "1"
        return form

    def read(self) -> WantedRoute:
        """What is wanted; errors are noted."""
        minutes, working_days = self.span()
        return WantedRoute(self.prerequisites(), minutes, working_days, bool(self.get("off")))


class AgreementForm(TimeTyped):
    """An agreement, with whom, and its terms."""

    @classmethod
    def empty(cls, today: date) -> AgreementForm:
        """Nothing said yet; it begins today."""
        return cls(MultiDict({"direction": OUT, "valid_from": today.isoformat(), "unit": "hours"}))

    @classmethod
    def of(cls, row: Agreement) -> AgreementForm:
        """As it stands."""
        form = cls(MultiDict([("first", one.value) for one in prerequisites_of(row)]))
        form.values.setlist("need", list(row.needs))
        for name in ("title", "number", "basis", "valid_from", "valid_until"):
            form.values[name] = str(getattr(row, name) or "")
        form.values["basis"] = row.basis.value
        form.put_span(row.limit_minutes, row.limit_working_days)
        return form

    def between(self, own: uuid.UUID) -> Between:
        """Between one's own agency and the other one, or all of a type."""
        other, kind = parse_id(self.get("other")), self.get("other_type")
        if self.get("direction") == IN:
            return Between(other or uuid.UUID(int=0), own)
        return Between(own, other, "" if other else kind)

    def terms(self) -> Terms:
        """What is agreed; errors are noted."""
        minutes, working_days = self.span()
        basis = next((one for one in GROUNDS if one.value == self.get("basis")), None)
        begins = self._day("valid_from")
        if begins is None:
            self.wrong("valid_from", gettext(THIS_IS_NEEDED))
        return Terms(
            basis=basis,
            title=self.get("title"),
            number=self.get("number"),
            needs=tuple(code for code in all_needs() if code in self.chosen("need")),
            prerequisites=self.prerequisites(),
            minutes=minutes,
            working_days=working_days,
            valid_from=begins or date.max,
            valid_until=self._day("valid_until"),
        )

    def _day(self, name: str) -> date | None:
        typed = self.get(name).strip()
        if not typed:
            return None
        try:
            found = datetime.strptime(typed, "%Y-%m-%d").date()  # noqa: DTZ007 (a day)
        except ValueError:
            self.wrong(name, gettext(NO_DAY))
            return None
        if not 2000 <= found.year <= 2100:
            self.wrong(name, gettext(NO_DAY))
        return found
