"""The network without geography: who stands where, and the ties between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_AGENCIES = 400  # in one picture: more is a felt, not a picture
THINNEST, WIDEST = 1.0, 9.0


class TieKind(StrEnum):
    """On what a tie rests."""

    OBSERVED = "observed"  # somebody was referred, though nothing declares it
    FORMAL = "formal"  # somebody was referred, and a law, an agreement or the pathway says so
    UNUSED = "unused"  # an agreement that nobody used in the period


@dataclass(frozen=True, slots=True)
class Knot:
    """An agency, as a picture shows it. `key` is its id as text."""

    key: str
    name: str
    type: str
    is_secret: bool = False
    degree: int = 0


@dataclass(frozen=True, slots=True)
class Tie:
    """Referrals from one agency to another. `sent` None: some, hidden; 0: none."""

    sender: str
    receiver: str
    kind: TieKind
    sent: int | None
    accepted: float | None = None  # share, 0 to 1
    minutes: float | None = None  # median until a decision


def width_of(sent: int | None, most: int) -> float:
    """How wide a line is, by the square root of its volume; a hidden one is the thinnest."""
    if not sent or most <= 0:
        return THINNEST
    return round(THINNEST + (WIDEST - THINNEST) * float((sent / most) ** 0.5), 1)


def around(key: str, ties: Iterable[Tie]) -> list[Tie]:
    """The ties of one agency, and those among its neighbours (its ego network)."""
    every = list(ties)
    near = {key} | {t.receiver for t in every if t.sender == key}
    near |= {t.sender for t in every if t.receiver == key}
    return [tie for tie in every if tie.sender in near and tie.receiver in near]


def most_tied(knots: Sequence[Knot], most: int = MOST_AGENCIES) -> list[Knot]:
    """The agencies with most ties, when there are more than a picture can hold."""
    if len(knots) <= most:
        return list(knots)
    return sorted(knots, key=lambda knot: (-knot.degree, knot.key))[:most]
