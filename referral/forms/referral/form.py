"""What stands in the fields of the form, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from core.errors import RefusedError
from core.forms import Typed
from core.i18n import language, say
from referral.rules.consent import DEFAULTS, SHARED
from referral.rules.facts import MOST_CHILDREN

# Released by a tick of their own; the rest goes with every referral or, papers, by their own flag.
TICKED = tuple(f.name for f in SHARED if not f.in_every_referral and f.name != "attachments")
CHILD_FIELDS = tuple(
    f"child_{part}_{number}" for number in range(1, MOST_CHILDREN + 1) for part in ("sex", "age")
)
ONE = (
    *("offer", "receiver", "to", "parent", "bond", "kind"),
    *("case_mode", "case_code", "agency", "name", "birth_year", "phone", "address"),
    *("urgency", "requested_by", "reason", "danger"),
    *("sex", "age", "age_certainty", *CHILD_FIELDS),
    *("interpreter", "pregnant", "nationality", "id_document", "province", "alias"),
    *("escort", "transport", "must_not_know", "contact", "may_leave_message", "code_word"),
    *("done", "not_again", "health"),
    *("critical", "critical_hours", "critical_was", "critical_at"),
    *("caregiver", "caregiver_informed", "caregiver_why", "unaccompanied", "assent"),
    *("basis", "giver", "mode", "consent_language", "purpose", "witness", "official"),
    "is_sexual_violence",
    *("consent_days", "ends_on_arrival", "copy_given"),
)
MANY = ("need", "sign", "disability", "languages", "release")
LONGEST = 2_000  # letters of one field that are kept as typed


@dataclass(slots=True)
class ReferralForm(Typed):
    """What was typed (`values`) and what is wrong (`errors`, by field)."""

    timezone: str = field(kw_only=True)

    @classmethod
    def empty(cls, timezone: str, **said: str) -> ReferralForm:
        """A new form; what is released by default is ticked."""
        values: MultiDict[str, str] = MultiDict(said)
        values.setlist("release", [name for name in TICKED if name in DEFAULTS])
        values.setdefault("case_mode", "new")
        values.setdefault("consent_days", "30")
        values.setdefault("consent_language", "id")
        return cls(values, timezone=timezone)

    @classmethod
    def of_draft(cls, typed: Mapping[str, Any], timezone: str) -> ReferralForm:
        """The form as it was left."""
        return cls(
            MultiDict({name: list(texts) for name, texts in typed.items()}), timezone=timezone
        )

    def put(self, said: Mapping[str, str]) -> None:
        """Write fields anew. Not `values.update`: that adds a second value behind the first."""
        for name, text in said.items():
            self.values[name] = text

    def text(self, name: str) -> str:
        """The same, without spaces around."""
        return self.get(name).strip()

    def typed(self) -> dict[str, list[str]]:
        """Everything that the form knows, exactly as it was typed, invalid values too."""
        kept = {name: self.values.getlist(name)[:1] for name in ONE}
        kept |= {name: self.values.getlist(name) for name in MANY}
        return {
            name: [text[:LONGEST] for text in texts[:100]]
            for name, texts in kept.items()
            if any(texts)
        }

    def note(self, refusal: RefusedError) -> None:
        """Keep what a command refused, in the reader's language."""
        tell = say(language())
        for trouble in refusal.troubles:
            self.wrong(_FIELD_OF.get(trouble.field, trouble.field),
                       tell(trouble.message, **dict(trouble.values)))  # fmt: skip


# What commands call otherwise than the form does.
_FIELD_OF = {"receiver": "to", "needs": "need", "fields": "release", "ends_at": "consent_days"}
