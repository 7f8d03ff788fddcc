"""Attempts of people who prove who they are: counted first, judged outside any transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from accounts.commands.attempts import HeldBackError, note_failure, note_right, start_attempt
from accounts.current import who
from accounts.pages.common import client_address, seconds_left, wait_text
from accounts.queries.attempts import source_of
from accounts.queries.proof import is_own_password
from accounts.queries.who import Present
from core.db import write
from core.forms import Typed


@dataclass(slots=True)
class Attempt:
    """One attempt: its row, or how many seconds it must wait."""

    id: uuid.UUID | None
    wait_seconds: int = 0

    @property
    def status(self) -> int:
        """The HTTP status of a page that tells of a failure."""
        return 429 if self.wait_seconds else 422


def begin(typed: Typed, field: str, what: str, device: str | None = None) -> Attempt:
    """Count an attempt; one that must wait has no id, and the field says how long."""
    source = source_of(what, client_address(), device)
    try:
        return Attempt(write(start_attempt, who(), source=source))
    except HeldBackError as held:
        typed.errors[field] = wait_text(held.until)
        return Attempt(None, seconds_left(held.until))


def failed(account_id: uuid.UUID | None, way: str) -> None:
    """Write down that an attempt was wrong."""
    write(note_failure, who(), account_id=account_id, way=way)


def confirm_password(typed: Typed, here: Present, wrong: str) -> bool:
    """Whether `password` is the own one, asked for again before something weighty; `wrong` says
    that it is not.
    """
    attempt = begin(typed, "password", f"confirm:{here.account_id}")
    if attempt.id is None:
        return False
    if not is_own_password(here.account_id, typed.get("password")):
        failed(here.account_id, "password again")
        typed.errors["password"] = wrong
        return False
    write(note_right, here.actor, attempt_id=attempt.id)
    return True
