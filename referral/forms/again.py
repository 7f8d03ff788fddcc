"""How somebody was asked again: the fields that a case and a group of travellers share."""

from __future__ import annotations

from typing import Protocol

from flask_babel import gettext

from agencies.wording.languages import LANGUAGE_WORDS
from core.i18n import language, say
from referral.commands.consent.agreeing import Again
from referral.rules.consent import Assent, Mode
from referral.wording.consent import ASSENTS, MODES

DAYS = 30  # that a consent holds which is asked again; [P]
LONGEST = 300  # letters of the witness's name, as in the form of a referral


class Filled(Protocol):
    """A form with what was typed and what is wrong."""

    errors: dict[str, str]

    def get(self, name: str) -> str:
        """What stands in a field."""


def again_in(form: Filled, released: list[str] | None = None) -> Again:
    """What the fields say; that the person was asked must be ticked, else `errors` says so."""
    if not form.get("agreed"):
        form.errors["agreed"] = gettext(
            "Each person is asked for themselves. Say that they agreed."
        )
    witness = form.get("witness").strip()
    if len(witness) > LONGEST:
        form.errors["witness"] = gettext("At most %(most)s letters", most=LONGEST)
    mode, assent, spoken = form.get("mode"), form.get("assent"), form.get("consent_language")
    return Again(
        mode=Mode(mode) if mode in set(Mode) else Mode.NONE,
        days=DAYS,
        language=spoken if spoken in LANGUAGE_WORDS else "id",
        witness=witness,
        fields=released,
        assent=Assent(assent) if assent in set(Assent) else None,
    )


def again_choices() -> dict[str, list[tuple[str, str]]]:
    """What may be chosen in them."""
    tell = say(language())
    return {
        "modes": [(one.value, tell(words)) for one, words in MODES.items()],
        "assents": [(one.value, tell(words)) for one, words in ASSENTS.items()],
        "spoken": list(LANGUAGE_WORDS.items()),
    }
