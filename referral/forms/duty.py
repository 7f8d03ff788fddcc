"""The form of a shift on a roster."""

from __future__ import annotations

import re
from datetime import time

from core.forms import Typed
from core.i18n import _, language, say
from core.ids import parse_id
from referral.commands.duty.rosters import WantedShift
from referral.models import Post
from referral.queries.duty import Roster

NO_TIME = _("A time such as 22:00")
LONGEST = 200


class ShiftForm(Typed):
    """What was typed, and what is not right about it."""

    def get(self, name: str) -> str:
        """What was typed into a field."""
        return self.values.get(name, "")[:LONGEST]

    @property
    def days(self) -> list[str]:
        """The days that were chosen."""
        return [day for day in self.values.getlist("weekdays") if day in "1234567"]

    @property
    def roster(self) -> Roster | None:
        """Whose roster it is for; None for a word that is none."""
        return roster_named(self.get("roster"))

    def read(self) -> WantedShift | None:
        """The shift, or None: `errors` says what is wrong with its times."""
        begins, ends = self._time("begins"), self._time("ends")
        if begins is None or ends is None:
            return None
        return WantedShift(
            post=Post.DEPUTY if self.get("post") == Post.DEPUTY.value else Post.FIRST,
            name=self.get("name"),
            weekdays="".join(self.days),
            begins=begins,
            ends=ends,
            account_id=parse_id(self.get("account")),
            phone=self.get("phone"),
            email=self.get("email"),
        )

    def _time(self, name: str) -> time | None:
        found = re.fullmatch(r"\s*(\d{1,2})[:.](\d{2})\s*", self.get(name))
        if found and int(found[1]) < 24 and int(found[2]) < 60:
            return time(int(found[1]), int(found[2]))
        self.errors[name] = say(language())(NO_TIME)
        return None


def roster_named(key: str) -> Roster | None:
    """A roster by the word that forms have for it."""
    if key.startswith("area:"):
        return Roster(area=key.removeprefix("area:") or None)
    agency_id = parse_id(key)
    return Roster(agency_id) if agency_id else None
