"""Whom an asking asks next, and who has won (design.md §6, cascade; domain.md §1.5).

One after the other: a decline, a redirection, silence past the deciding limit, an expiry or a
waiting list asks the next at once. Who was silent may still answer: the first acceptance wins.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from agencies.rules.needs import Urgency
from referral.rules.moves import Name
from referral.rules.states import PROMISED, UNANSWERED, State

MOST = 8  # alternatives of one asking: each of them learns that somebody needs help
CHOOSE_MINUTES = (5, 10, 15, 30)
SHORTEST_CHOICE, LONGEST_CHOICE = 1, 60  # [P]: an emergency is decided within the hour

# After these the next one is asked, unless the asking is filled.
ASKS_NEXT = frozenset({Name.DECLINE, Name.REDIRECT, Name.EXPIRE, Name.PUT_ON_LIST})
# What a promise that had filled the asking opens again when it is over.
FALLS_THROUGH = frozenset({Name.DECLINE, Name.LAPSE, Name.DIVERT, Name.CANCEL, Name.MISS})
# Those who still may win, and are told when another one has.
RIVALS = UNANSWERED | PROMISED
# States of a referral from which somebody may begin to ask others for the same person.
MAY_BEGIN = UNANSWERED | {State.DECLINED, State.REDIRECTED, State.EXPIRED}


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of an asking's referrals; `was_filled`: called off because another one was first."""

    id: uuid.UUID
    position: int
    state: State
    was_filled: bool = False

    @property
    def may_be_asked(self) -> bool:
        """Whether it can be asked (again): not asked yet, or told that it was filled."""
        return self.state is State.DRAFT or (self.state is State.CANCELLED and self.was_filled)


def in_order(alternatives: Iterable[Alternative]) -> list[Alternative]:
    """The alternatives as the sender ordered them."""
    return sorted(alternatives, key=lambda one: (one.position, one.id))


def to_ask(alternatives: Iterable[Alternative]) -> list[Alternative]:
    """Who may be asked now, the first one first."""
    return [one for one in in_order(alternatives) if one.may_be_asked]


def best_promise(alternatives: Iterable[Alternative]) -> Alternative | None:
    """Of those who have accepted (under conditions too) the one that the sender put first."""
    return next((one for one in in_order(alternatives) if one.state in PROMISED), None)


def several_at_once(urgency: Urgency) -> bool:
    """Whether several may be asked at the same time: in an emergency only, for each of them sees
    what it needs to decide (domain.md §1.5, §2.4)."""
    return urgency is Urgency.EMERGENCY


def swapped(ids: list[uuid.UUID], one: uuid.UUID) -> list[uuid.UUID]:
    """The order with one alternative a place earlier; the first one stays the first."""
    place = ids.index(one)
    if place == 0:
        return list(ids)
    return [*ids[: place - 1], one, ids[place - 1], *ids[place + 1 :]]
