"""Agencies by a typed name, where there are too many of them to choose from a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from maps.queries.picture import Listed
from maps.rules.picture import Knot

MOST_TO_CHOOSE = 300  # in a list; of more a name is typed
MOST_SHOWN = 20


class Called(NamedTuple):
    """Who is called so: the first of them by name, and how many there are (`number`)."""

    some: tuple[Knot, ...]
    number: int


def agencies_called(listed: Mapping[str, Listed], typed: str) -> Called:
    """Whose name is just this, else whose name holds every word of it; nobody for no word."""
    wanted = " ".join(typed.split()).casefold()
    words = wanted.split()
    if not words:
        return Called((), 0)
    folded = [(one.knot.name.casefold(), one.knot) for one in listed.values()]
    found = [(name, knot) for name, knot in folded if name == wanted]
    if not found:
        found = [(name, knot) for name, knot in folded if all(word in name for word in words)]
    # Who begins with it comes first: so the list gets shorter with each letter.
    found.sort(key=lambda one: (not one[0].startswith(wanted), one[0], one[1].key))
    return Called(tuple(knot for _name, knot in found[:MOST_SHOWN]), len(found))
