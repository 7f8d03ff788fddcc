"""A form as it was typed, and what is wrong with it. Passwords and codes are never shown again."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from accounts.rules.passwords import LONGEST, SHORTEST, Weakness, weakness
from core.errors import RefusedError
from core.forms import Protection, why_not_taken
from core.i18n import language, say

Values = MultiDict[str, str]


@dataclass(slots=True)
class Typed:
    """What was typed (`values`) and what is wrong (`errors` by field)."""

    values: Values = field(default_factory=MultiDict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls) -> Typed:
        """What came with this request; an error for a post that is not from a page of ours."""
        typed = cls(MultiDict(request.form))
        typed.check_protection()
        return typed

    @property
    def summary(self) -> list[tuple[str, str]]:
        """For the summary above the form: field and what is wrong."""
        return list(self.errors.items())

    def chosen(self, name: str) -> list[str]:
        """What is ticked in a group."""
        return self.values.getlist(name)

    def get(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def check_protection(self) -> bool:
        """Whether the post is our own page's; else says what to do."""
        if not Protection().validate():
            self.errors["csrf"] = why_not_taken()
        return not self.errors

    def need(self, name: str) -> str:
        """What stands in a field; an error when nothing does."""
        if not self.get(name).strip():
            self.errors[name] = gettext("This is needed")
        return self.get(name)

    def note(self, refusal: RefusedError) -> None:
        """Take over what a command refused."""
        tell = say(language())
        for trouble in refusal.troubles:
            self.errors[trouble.field] = tell(trouble.message, **dict(trouble.values))


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
