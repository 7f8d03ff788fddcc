"""The moves that a side may make now, each as a box with its form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from core.i18n import language, say
from referral.forms.answers import MoveForm
from referral.rules.moves import Name
from referral.wording.states import MOVE_ACTS

# One tap: nothing is asked, and the next step leads on from there.
ONE_TAP = frozenset({Name.ACKNOWLEDGE, Name.MEET_CONDITIONS, Name.BEGIN, Name.CLOSE})
# What ends or undoes something waits behind its words.
NEVER_OPEN = frozenset(
    {
        *(Name.DECLINE, Name.REDIRECT, Name.PUT_ON_LIST, Name.MISS, Name.CANCEL),
        *(Name.DIVERT, Name.MARK_ERROR, Name.REOPEN),
    }
)


@dataclass(slots=True)
class Box:
    """One move: its words, what stands in its fields, what is wrong with them."""

    name: Name
    words: str
    form: MoveForm | None = None
    defaults: dict[str, Any] = field(default_factory=dict)
    is_open: bool = False

    def get(self, name: str) -> Any:
        """What stands in a field: as typed, else what is proposed."""
        return self.defaults.get(name, "") if self.form is None else self.form.get(name)

    def error(self, name: str) -> str:
        """What is wrong with a field."""
        return "" if self.form is None else self.form.errors.get(name, "")

    def id(self, name: str) -> str:
        """The id of a field, one on the page."""
        return f"{self.name.value}-{name}"

    @property
    def is_one_tap(self) -> bool:
        """Whether the button alone does it."""
        return self.name in ONE_TAP


def boxes_for(
    names: Iterable[Name], form: MoveForm | None, defaults: dict[str, Any], *, open_first: bool
) -> list[Box]:
    """The boxes of moves, in their order; the one that was sent stands open with its faults."""
    tell = say(language())
    sent = _shown_as(form.name) if form is not None and form.name else None
    found = []
    for name in dict.fromkeys(_shown_as(name) for name in names):
        box = Box(name, tell(MOVE_ACTS[name]), defaults=defaults)
        if name is sent:
            box.form, box.is_open = form, True
        found.append(box)
    if open_first and sent is None:
        first = next((box for box in found if not box.is_one_tap), None)
        if first is not None and first.name not in NEVER_OPEN:
            first.is_open = True
    return found


def _shown_as(name: Name) -> Name:
    """Both acceptances share a box: its conditions tell them apart."""
    return Name.ACCEPT if name is Name.ACCEPT_CONDITIONALLY else name
