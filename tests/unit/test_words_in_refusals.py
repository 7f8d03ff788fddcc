"""A refusal that names a state names it in the reader's language, wherever it is shown."""

from __future__ import annotations

from core.i18n import say
from referral.commands.moves.step import AlreadyMovedError
from referral.rules.states import State


def test_a_state_is_said_in_words() -> None:
    """Never as its code."""
    (trouble,) = AlreadyMovedError(State.CONDITIONAL).troubles
    english = say("en")(trouble.message, **dict(trouble.values))
    indonesian = say("id")(trouble.message, **dict(trouble.values))
    assert "Accepted under conditions" in english
    assert "_" not in english + indonesian
    assert "under conditions" not in indonesian
