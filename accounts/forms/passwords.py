"""A new password as it was typed, and why one is refused. It is never shown again."""

from __future__ import annotations

from flask_babel import gettext

from accounts.rules.passwords import LONGEST, SHORTEST, Weakness, weakness
from core.forms import Typed


def check_new_password(typed: Typed, *, email: str, name: str) -> str:
    """The new password of `new_password`, typed once; errors say why one is refused."""
    password = typed.get("new_password")
    found = weakness(password, email=email, name=name)
    if found is not None:
        typed.errors["new_password"] = why_refused(found)
    return password


def why_refused(found: Weakness) -> str:
    """Why a password is refused, in the reader's language."""
    texts = {
        Weakness.SHORT: gettext(
            "Take at least %(least)s letters: four or five words are easy to keep in mind",
            least=SHORTEST,
        ),
        Weakness.LONG: gettext("Take at most %(most)s letters", most=LONGEST),
        Weakness.COMMON: gettext(
            "This is among the first that anybody would try. Take words that do not belong together"
        ),
        Weakness.OWN: gettext("Your name and e-mail address are no password"),
    }
    return str(texts[found])
