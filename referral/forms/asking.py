"""The form by which others are asked too: which, in which way, and whether the person agreed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from core.forms import Typed
from core.ids import parse_id
from core.validation import whole_number
from referral.models import How


@dataclass(slots=True)
class AskingForm(Typed):
    """What was ticked, and what is wrong by field."""

    @property
    def offer_ids(self) -> list[uuid.UUID]:
        """The services that were ticked, in the order of the page."""
        found = (parse_id(one) for one in self.values.getlist("choices"))
        return [one for one in found if one is not None]

    @property
    def how(self) -> How:
        """In which way they are asked; one after the other unless said otherwise."""
        known = self.get("how")
        return How(known) if known in set(How) else How.ONE_BY_ONE

    @property
    def choose_minutes(self) -> int | None:
        """For how long answers are waited for."""
        return whole_number(self.get("choose_minutes"), most_digits=3)

    @property
    def agreed(self) -> bool:
        """Whether the person said yes to these agencies."""
        return bool(self.get("agreed"))
