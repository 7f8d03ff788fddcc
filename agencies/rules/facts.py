"""What of a question a rule reads, for the rules that look at nothing but an offer's facts.

Of a woman such a rule says the same of an offer, whoever she is: its verdict may be kept, by the
offer and by what is named here. Two rules that are not named read where the person is and the
minute: what they say may be kept for others of that district and that minute (`parted`). The
one that is left looks at beds, whose figures age.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from typing import NamedTuple

from agencies.rules.beds import Told, party_of, telling
from agencies.rules.candidate import PoolFigures
from agencies.rules.eligibility import Judge, Judges
from agencies.rules.person import age_range, may_be_child
from agencies.rules.question import Question


def _nothing(_question: Question) -> Hashable:
    return None


def _sex(question: Question) -> Hashable:
    person = question.person
    return person.sex, person.age is None, may_be_child(person)


READS: dict[str, Callable[[Question], Hashable]] = {
    "running": _nothing,
    "sex": _sex,
    "age": lambda question: age_range(question.person),
    "children": _nothing,
    "boys": lambda question: question.person.oldest_boy,
    "disability": lambda question: question.person.disability,
    "nationality": _nothing,
    "identity": _nothing,
    "at_once": _nothing,
    "stay": _nothing,
}

Reads = Mapping[str, Hashable]


def what_is_read(question: Question) -> Reads:
    """What each rule of facts reads of a question."""
    return {name: read(question) for name, read in READS.items()}


Name = tuple[str, Hashable]  # a rule, and what it reads of the question
Kept = tuple[tuple[Name, Judge], ...]  # what a verdict may be kept by, and who judges
PLACE = "place"
District = Callable[[], str | None]


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


def parted(judges: Judges, question: Question, district: District) -> Parted:
    """The judges, each with its rule and what that reads of the question."""
    facts: list[tuple[Name, Judge]] = []
    passing: list[tuple[Name, Judge]] = []
    beds: BedsAsked | None = None
    for name, judge in judges:
        if name in READS:
            facts.append(((name, READS[name](question)), judge))
        elif name == PLACE:
            beds = _beds(question)
        else:
            passing.append(((name, _PASSING[name](question, district)), judge))
    return Parted(tuple(facts), tuple(passing), beds, tuple(name for name, _ in judges))


def _beds(question: Question) -> BedsAsked:
    person = question.person
    return BedsAsked(party_of(person), telling(person), question.now - question.beds_fresh_for)


_PASSING: dict[str, Callable[[Question, District], Hashable]] = {
    "area": lambda _question, district: district(),
    "hours": lambda question, _district: question.at.replace(second=0, microsecond=0),
}
