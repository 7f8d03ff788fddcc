"""The forms of what comes after an answer: the way there, and what a follow-up found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from core.errors import RefusedError
from core.forms import Protection, why_not_taken
from core.i18n import language, say
from core.ids import parse_id
from referral.commands.arrivals import Said, Way
from referral.models import Reached

MINUTES = "%Y-%m-%dT%H:%M"
SKIP = "skip"


@dataclass(slots=True)
class TypedForm:
    """What stands in the fields, and what is wrong by field."""

    values: MultiDict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """What is wrong with a field."""
        return self.errors.get(name, "")

    def is_protected(self) -> bool:
        """Whether it is to be taken; if not, `errors` says why and nothing typed is lost."""
        if Protection().validate():
            return True
        self.errors["form"] = why_not_taken()
        return False

    def note(self, refusal: RefusedError) -> None:
        """Keep what a command refused, in the reader's language."""
        tell = say(language())
        for trouble in refusal.troubles:
            self.errors[trouble.field] = tell(trouble.message, **dict(trouble.values))

    @property
    def summary(self) -> list[tuple[str, str]]:
        """The id of each field at fault and its fault."""
        return list(self.errors.items())


@dataclass(slots=True)
class ArrivalForm(TypedForm):
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
            expected_at=self._moment(),
            escort=self.get("escort"),
            transport=self.get("transport"),
            sign=self.get("sign"),
        )

    def _moment(self) -> datetime | None:
        typed = self.get("expected_at").strip()
        if not typed:
            return None
        try:
            local = datetime.fromisoformat(typed)
        except ValueError:
            self.errors["expected_at"] = gettext("Date and time such as 2026-11-25 22:30")
            return None
        return local if local.tzinfo else local.replace(tzinfo=self.zone)


@dataclass(slots=True)
class FoundForm(TypedForm):
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
