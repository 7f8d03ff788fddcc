"""What is said of the way from the asker's agency to one that was found, and who says it.

Which ways are known is kept by a room above, which registers itself at start; here is only the
question. It is asked for every entry of an answer, so whoever answers keeps it in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from core.actors import Actor


class SaidOfHop(NamedTuple):
    """What is said, in the asked language.

    `known`: whether a route from an agency of the asker is known; None where nobody asks on behalf
    of one. `first`: code and words of what is needed first. `note`: a soft word where no route is
    known, or where another area's agency is asked; never a refusal.
    """

    known: bool | None = None
    first: tuple[tuple[str, str], ...] = ()
    note: str = ""


NOTHING = SaidOfHop()
# Asked with the agency's id and type, the needs that it would meet, and the area of the place.
Hops = Callable[[str, str, tuple[str, ...], str | None], SaidOfHop]
_registered: list[Callable[[Actor, str], Hops]] = []


def register_hops(makes: Callable[[Actor, str], Hops]) -> None:
    """Say who answers, given who asks and the language; the last word counts."""
    _registered[:] = [makes]


def hops_for(actor: Actor, language: str) -> Hops:
    """What is to be said to somebody of the entries of one answer."""
    return _registered[0](actor, language) if _registered else no_hops


def no_hops(
    _agency_id: str, _agency_type: str, _needs: tuple[str, ...], _area: str | None
) -> SaidOfHop:
    """Where nobody knows of ways."""
    return NOTHING
