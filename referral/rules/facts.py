"""What a referral says about the person and the handing over, besides the case (domain.md §2.2).

All of it is sealed with the case's key. Values are JSON; texts are short, and none is a story.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agencies.rules.person import Certainty, Disability, Person, Sex, parse_children
from referral.rules.bands import age_band

REASON_LETTERS = 500  # domain.md §2.2 G: a short reason, no narrative
TEXT_LETTERS = 300
MOST_CHILDREN = 6
DANGERS = ("low", "medium", "high")

# Each fact with the most letters it takes; None: no text.
FACTS: dict[str, int | None] = {
    "sex": None,  # female, male, other
    "age": None,  # years
    "age_certainty": None,  # document, stated, estimated
    "children": None,  # as `M8,F3`
    "disability": None,  # list of kinds
    "languages": None,  # list of codes
    "interpreter": None,  # yes or no
    "pregnant": None,
    "nationality": None,  # two letters
    "id_document": None,
    "province": TEXT_LETTERS,
    "alias": 80,
    "danger": None,  # low, medium, high
    "escort": None,
    "transport": TEXT_LETTERS,
    "reason": REASON_LETTERS,
    "time_critical": TEXT_LETTERS,
    "done": TEXT_LETTERS,
    "not_again": TEXT_LETTERS,
    "must_not_know": TEXT_LETTERS,
    "contact": TEXT_LETTERS,
    "may_leave_message": None,
    "code_word": 40,
    "caregiver": TEXT_LETTERS,
    "caregiver_informed": None,
    "unaccompanied": None,
    "health": TEXT_LETTERS,
}
# Facts that are shown with another one and released with it.
GOES_WITH = {
    "age_certainty": "age",
    "interpreter": "languages",
    "may_leave_message": "contact",
    "transport": "escort",
    "caregiver_informed": "caregiver",
    "unaccompanied": "children",
}

Facts = dict[str, Any]


def tidy_facts(given: Mapping[str, Any]) -> Facts:
    """The known facts of what was given; empty texts and lists and unknown names are left out."""
    found: Facts = {}
    for name in FACTS:
        value = given.get(name)
        if isinstance(value, str):
            value = value.strip()
        if value not in (None, "", [], ()):
            found[name] = list(value) if isinstance(value, tuple) else value
    return found


def too_long_facts(facts: Facts) -> list[tuple[str, int]]:
    """Names and limits of the texts with more letters than they take."""
    return [
        (name, most)
        for name, most in FACTS.items()
        if most is not None and len(str(facts.get(name, ""))) > most
    ]


def person_in(facts: Facts) -> Person:
    """The person as find and the pools know one. `ValueError` for facts that cannot be."""
    return Person(
        sex=Sex(facts["sex"]) if facts.get("sex") else None,
        age=int(facts["age"]) if facts.get("age") is not None else None,
        age_certainty=Certainty(facts.get("age_certainty") or Certainty.STATED),
        children=parse_children(facts.get("children") or ""),
        disability=tuple(Disability(kind) for kind in facts.get("disability", ())),
        languages=tuple(facts.get("languages", ())),
        nationality=facts.get("nationality"),
        id_document=facts.get("id_document"),
    )


def age_before_acceptance(facts: Facts) -> str | None:
    """The band of the age: all that a receiver needs to decide."""
    return age_band(int(facts["age"])) if facts.get("age") is not None else None
