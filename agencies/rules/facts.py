"""What of a question a rule reads, for the rules that look at nothing but an offer's facts.

Of a woman such a rule says the same of an offer, whoever she is: its verdict may be kept, by the
offer and by what is named here. Two rules that are not named read where the person is and the
minute: what they say may be kept for others of that district and that minute (`parted`). The
one that is left looks at beds, whose figures age.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from agencies.rules.beds import Told, party_of, telling
from agencies.rules.candidate import PoolFigures
from agencies.rules.eligibility import RULES, Asking, Judge
from agencies.rules.needs import Urgency
from agencies.rules.person import Person, age_range, may_be_child
from agencies.rules.question import Question

KINDS = 500  # kinds of persons and needs for whom the rules are kept


def _nothing(_person: Person) -> Hashable:
    return None


def _sex(person: Person) -> Hashable:
    return person.sex, person.age is None, may_be_child(person)


READS: dict[str, Callable[[Person], Hashable]] = {
    "running": _nothing,
    "sex": _sex,
    "age": age_range,
    "children": _nothing,
    "boys": lambda person: person.oldest_boy,
    "disability": lambda person: person.disability,
    "nationality": _nothing,
    "identity": _nothing,
    "at_once": _nothing,
    "stay": _nothing,
}

Reads = Mapping[str, Hashable]


def what_is_read(person: Person) -> Reads:
    """What each rule of facts reads of a person."""
    return {name: read(person) for name, read in READS.items()}


Name = tuple[str, Hashable]  # a rule, and what it reads of the question
Kept = tuple[tuple[Name, Judge], ...]  # what a verdict may be kept by, and who judges
PLACE = "place"


class BedsAsked(NamedTuple):
    """What the rule about free places reads of a question."""

    party: Hashable  # pools tell of everybody of the same party alike
    look: Callable[[tuple[PoolFigures, ...]], Told]
    earliest: datetime  # an older figure is too old to trust


class Parted(NamedTuple):
    """The judges of a question, by what they look at."""

    facts: Kept  # an offer's facts alone
    passing: Kept  # the person's district, the minute
    beds: BedsAsked | None  # figures of free places, which age
    order: tuple[str, ...]  # the names of all of them, as they are read


def parted(asking: Asking) -> Parted:
    """The judges of a question, each with its rule and what that reads."""
    question = asking.question
    facts = _of_facts(question.person, question.needs, question.urgency)
    passing = tuple(
        ((name, read(asking)), judge)
        for name, read in _PASSING.items()
        if (judge := RULES[name](asking)) is not None
    )
    beds = _beds(question) if question.asks_for_roof else None
    asked = tuple([name for (name, _), _ in (*facts, *passing)])
    return Parted(facts, passing, beds, _in_order(asked if beds is None else (*asked, PLACE)))


@lru_cache(maxsize=KINDS)
def _in_order(asked: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([rule for rule in RULES if rule in asked])


@lru_cache(maxsize=KINDS)
def _of_facts(person: Person, needs: tuple[str, ...], urgency: Urgency) -> Kept:
    """The rules of facts, whatever the hour and wherever the person is: none of them asks that."""
    asking = Asking(Question(needs, person, _NEVER, _NEVER, urgency), _unread, _unread)
    judges = ((name, RULES[name](asking)) for name in READS)
    return tuple(((name, READS[name](person)), judge) for name, judge in judges if judge)


_NEVER = datetime.min.replace(tzinfo=UTC)


def _unread(*_: Any) -> Any:
    raise AssertionError("a rule of facts asked for more than facts")


def _beds(question: Question) -> BedsAsked:
    person = question.person
    return BedsAsked(party_of(person), telling(person), question.now - question.beds_fresh_for)


_PASSING: dict[str, Callable[[Asking], Hashable]] = {
    "area": lambda asking: asking.origin_area(),
    "hours": lambda asking: asking.question.at.replace(second=0, microsecond=0),
}
