"""What a password must be."""

from __future__ import annotations


def _(message: str) -> str:
    return message


SHORTEST = 12  # letters
LONGEST = 200  # letters; hashing a longer one only costs time

TOO_SHORT = _("At least 12 letters: a short sentence is easy to keep in mind")
TOO_LONG = _("At most 200 letters")
ABOUT_YOU = _("Not your own name or e-mail address: others guess them first")
TOO_PLAIN = _("Too few different letters: others guess it soon")


def trouble_with(password: str, email: str, name: str) -> str | None:
    """What is wrong with a password, as a message id; None for a good one."""
    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(password) > LONGEST:
        return TOO_LONG
    said = password.casefold()
    if len(set(said)) < 5:
        return TOO_PLAIN
    own = {email.casefold(), email.partition("@")[0].casefold(), name.casefold()}
    if any(len(word) > 3 and len(said.replace(word, "")) < SHORTEST // 2 for word in own):
        return ABOUT_YOU
    return None
