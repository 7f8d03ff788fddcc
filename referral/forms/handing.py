"""The forms of what comes after an answer: the way there, and what a follow-up found."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from core.forms import Typed
from core.ids import parse_id
from referral.commands.hand_over.arrivals import Said, Way
from referral.models import Reached

MINUTES = "%Y-%m-%dT%H:%M"
SKIP = "skip"


@dataclass(slots=True)
class ArrivalForm(Typed):
    """Where they are met, when, with whom."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Jakarta"))

    @classmethod
    def of(cls, said: Said, zone: ZoneInfo) -> ArrivalForm:
        """The form with what was said last."""
        local = said.expected_at.astimezone(zone) if said.expected_at else None
        values = {
            "meeting_point": str(said.meeting_point_id or ""),
            "expected_at": local.strftime(MINUTES) if local else "",
            **said.words,
        }
        return cls(MultiDict(values), zone=zone)

    def way(self, *, is_sender: bool, said: Said) -> Way:
        """What is to be said; the sender leaves the meeting point as it is."""
        point = said.meeting_point_id if is_sender else parse_id(self.get("meeting_point"))
        return Way(
            meeting_point_id=point,
            expected_at=self.moment("expected_at", self.zone),
            escort=self.get("escort"),
            transport=self.get("transport"),
            sign=self.get("sign"),
        )


@dataclass(slots=True)
class FoundForm(Typed):
    """What a follow-up found, or why it is left out."""

    @property
    def is_skipped(self) -> bool:
        """Whether the task is left out."""
        return self.get("found") == SKIP

    @property
    def found(self) -> Reached | None:
        """What was found; an error for anything unknown."""
        known = self.get("found")
        if known in set(Reached):
            return Reached(known)
        self.errors["found"] = gettext("Say what you found")
        return None
