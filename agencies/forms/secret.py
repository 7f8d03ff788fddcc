"""The forms of places and meeting points: what was typed, as it was typed, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from agencies.commands.secret.meeting import PointWanted
from agencies.commands.secret.places import Exact, Wanted
from agencies.rules.secret import read_degrees
from core.actors import Tier
from core.forms import Typed

Values = MultiDict[str, str]
LONGEST = 2000  # characters


@dataclass(slots=True)
class _Typed(Typed):
    def get(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")[:LONGEST]

    def _point(self) -> tuple[float, float] | None:
        """The typed point; what cannot be one is an error."""
        typed = self.get("point").strip()
        point = read_degrees(typed) if typed else None
        if typed and point is None:
            self.errors["point"] = gettext(
                "Write latitude and longitude in Indonesia, such as -6.3253, 106.9036"
            )
        return point


class PlaceForm(_Typed):
    """Where a place is and who may know."""

    def read(self) -> Wanted | None:
        """What is wanted; None with `errors` filled when something cannot be read."""
        tiers = {tier.word: tier for tier in Tier}
        if self.get("tier") not in tiers:
            self.errors["tier"] = gettext("Choose who may know this place")
        size = self.get("resolution") or "6"
        point = self._point()
        if self.errors:
            return None
        return Wanted(
            tier=tiers[self.get("tier")],
            exact=Exact(
                address=self.get("address").strip(),
                way=self.get("way").strip(),
                latitude=point[0] if point else None,
                longitude=point[1] if point else None,
            ),
            district=self.get("district"),
            resolution=int(size) if size.isdigit() and len(size) == 1 else 0,
            may_be_open=bool(self.get("may_be_open")),
        )


class MeetingForm(_Typed):
    """A meeting point."""

    def read(self) -> PointWanted | None:
        """What is wanted; None with `errors` filled when something cannot be read."""
        point = self._point()
        if self.errors:
            return None
        return PointWanted(
            name=self.get("name"),
            point=point,
            address=self.get("address"),
            escort_needed={"yes": True, "no": False}.get(self.get("escort_needed")),
            times=self.get("times"),
        )
