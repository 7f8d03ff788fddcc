"""The forms of the moves: what was typed, kept as it was typed, and read for its command."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext

from core.forms import CSRF, Typed
from core.ids import parse_id
from referral.commands.moves.answering import Promise
from referral.rules.moves import Name
from referral.rules.reasons import Cancel, Decline, Detail, Outcome
from referral.rules.states import State

MOST_PLACES = 99
LONGEST = 500  # letters of any words here, as of the reason of a referral (domain.md §2.2 G)


@dataclass(slots=True)
class MoveForm(Typed):
    """What stands in the fields of one move, and what is wrong by field.

    `zone` is that of the place that is asked: its times are typed and read.
    """

    zone: ZoneInfo = field(kw_only=True)
    found: list[tuple[str, str]] = field(default_factory=list)  # agencies to choose from

    @property
    def name(self) -> Name | None:
        """Which move it is; conditions make an acceptance conditional, whatever was tapped."""
        known = self.get("move")
        if known not in set(Name):
            return None
        if known == Name.ACCEPT and self.get("conditions").strip():
            return Name.ACCEPT_CONDITIONALLY
        return Name(known)

    @property
    def at_state(self) -> State | None:
        """Where the referral stood when the page was made."""
        known = self.get("at_state")
        return State(known) if known in set(State) else None

    @property
    def faults(self) -> list[tuple[str, str]]:
        """As of every form; each move's fields have its name before theirs."""
        move = Name.ACCEPT if self.name is Name.ACCEPT_CONDITIONALLY else self.name
        return [(f"{move}-{name}", text) for name, text in self.errors.items() if name != CSRF]

    def arguments(self, name: Name) -> dict[str, Any]:
        """What the command of a move is given; `errors` says what cannot be read."""
        self._check_lengths()
        read = _ARGUMENTS.get(name)
        return read(self) if read else {}

    def promise(self) -> Promise:
        """Who takes them in, which place is kept until when, and the appointment."""
        return Promise(
            person=self.get("person"),
            pool_id=parse_id(self.get("pool")),
            places=self._places(),
            until=self.moment("until", self.zone),
            at=self.moment("at", self.zone),
        )

    def choice(self, name: str, kind: Any) -> Any:
        """One of an enum's values; an error and None for anything else."""
        known = self.get(name)
        if known in set(kind):
            return kind(known)
        self.errors[name] = gettext("Choose a reason")
        return None

    def optional_day(self, name: str) -> date | None:
        """A date, if one was typed."""
        typed = self.get(name).strip()
        if not typed:
            return None
        try:
            return date.fromisoformat(typed)
        except ValueError:
            self.errors[name] = gettext("A date such as 2026-11-25")
            return None

    def _check_lengths(self) -> None:
        for name, text in self.values.items():
            if len(text) > LONGEST:
                self.errors[name] = gettext("At most %(most)s letters", most=LONGEST)

    def _places(self) -> int | None:
        typed = self.get("places").strip()
        if not typed:
            return None
        if typed.isascii() and typed.isdigit() and 0 < int(typed) <= MOST_PLACES:
            return int(typed)
        self.errors["places"] = gettext("A number from 1 to %(most)s", most=MOST_PLACES)
        return None


def _decline(form: MoveForm) -> dict[str, Any]:
    reason = form.choice("reason", Decline)
    detail = form.get("detail")
    fits = reason is Decline.NOT_ELIGIBLE and detail in set(Detail)
    if reason is Decline.NOT_ELIGIBLE and not fits:
        form.errors["detail"] = gettext("Say which rule it is")
    return {
        "reason": reason,
        "detail": Detail(detail) if fits else None,
        "words": form.get("words"),
    }


def _complete(form: MoveForm) -> dict[str, Any]:
    return {
        "outcome": form.choice("outcome", Outcome),
        "service_given": form.get("service_given"),
        "recommendation": form.get("recommendation"),
        "next_date": form.optional_day("next_date"),
    }


def _hand_over(form: MoveForm) -> dict[str, Any]:
    names = ("received_by", "brought_by", "belongings", "documents")
    return {**{name: form.get(name) for name in names}, "met_at": form.moment("met_at", form.zone)}


def _texts(*names: str) -> Callable[[MoveForm], dict[str, Any]]:
    return lambda form: {name: form.get(name) for name in names}


_ARGUMENTS: dict[Name, Callable[[MoveForm], dict[str, Any]]] = {
    Name.ASK: _texts("words"),
    Name.GIVE_ANSWER: _texts("words"),
    Name.ACCEPT: lambda form: {"promise": form.promise()},
    Name.ACCEPT_CONDITIONALLY: lambda form: {
        "promise": form.promise(),
        "conditions": form.get("conditions"),
    },
    Name.DECLINE: _decline,
    Name.REDIRECT: lambda form: {
        "suggestion": form.get("suggestion"),
        "agency_id": parse_id(form.get("agency")),
    },
    Name.DIVERT: _texts("words"),
    Name.CANCEL: lambda form: {
        "reason": form.choice("reason", Cancel),
        "words": form.get("words"),
    },
    Name.REOPEN: _texts("words"),
    Name.MARK_ERROR: _texts("words"),
    Name.HAND_OVER: _hand_over,
    Name.COMPLETE: _complete,
}


def agency_chosen(form: MoveForm) -> uuid.UUID | None:
    """The agency of the directory that was picked in the form, if any."""
    return parse_id(form.get("agency"))
