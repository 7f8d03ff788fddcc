"""Which agency of the directory somebody suggests instead of their own."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from agencies.queries.directory import Wanted, agencies_matching, agency_by_id
from core.actors import Actor
from referral.forms.answers import MoveForm, agency_chosen

MOST = 8
NONE_OF_THESE = "none"


def put_suggestion(actor: Actor, form: MoveForm, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a redirection, with the agency's name before the words.

    A name that several agencies have is asked back, never guessed; one that no agency has is
    kept as words, because a neighbour who is not in the directory may still be the right one.
    """
    typed, words = form.get("agency_name").strip(), form.get("suggestion").strip()
    chosen = agency_chosen(form)
    if chosen is not None:
        agency = agency_by_id(actor, chosen)
        if agency is not None:
            return {"agency_id": agency.id, "suggestion": _joined(agency.name, words)}
    if not typed:
        return {"agency_id": None, "suggestion": words}
    if form.get("agency") != NONE_OF_THESE:
        found = agencies_matching(actor, Wanted(words=typed)).agencies
        same = [one for one in found if one.name.casefold() == typed.casefold()]
        if len(same) == 1:
            return {"agency_id": same[0].id, "suggestion": _joined(same[0].name, words)}
        if found:
            form.errors["agency"] = gettext("Which of these do you mean?")
            form.found = [(str(one.id), one.name) for one in found[:MOST]]
    return {"agency_id": None, "suggestion": _joined(typed, words)}


def _joined(name: str, words: str) -> str:
    return f"{name}. {words}" if words else name
