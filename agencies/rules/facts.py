"""What of a question a rule reads, for the rules that look at nothing but an offer's facts.

Of a woman such a rule says the same of an offer, whoever she is: its verdict may be kept, by the
offer and by what is named here. A rule that is not named looks at beds, hours or areas, which are
judged anew for every question.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

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


Facts = tuple[tuple[Hashable, Judge], ...]


def of_facts(judges: Judges, question: Question) -> tuple[Facts, Judges]:
    """The judges of facts, each with its rule and what that reads of the question; and the rest."""
    facts = tuple(((name, READS[name](question)), judge) for name, judge in judges if name in READS)
    return facts, tuple(one for one in judges if one[0] not in READS)
