"""Who can take this person? Each rule is one function: fits, fails, or must be asked.

A rule reads the question and returns a judge of candidates, or None when the question does not
call for it. So what the question says is looked at once, however many candidates there are.

A fact that an agency never stated is unknown. Unknown is *ask first*: never a fit, never a
refusal (design.md §4). `RULES` is the whole list, in the order in which reasons are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import lru_cache
from operator import attrgetter
from zoneinfo import ZoneInfo

from agencies.rules.beds import Beds, beds_for
from agencies.rules.candidate import Candidate
from agencies.rules.needs import MOTHER_AND_CHILD, RESIDENTIAL, ROOF_AT_ONCE, Urgency
from agencies.rules.person import Disability, Sex, age_range, may_be_child
from agencies.rules.place_codes import line_of
from agencies.rules.question import Question

LONG_STAY_DAYS = 14  # short stays end after 7 to 14 days (domain.md §1.4, rumah aman)
NIGHT_BEGINS, NIGHT_ENDS = 18, 7  # hours of the local day


class Verdict(IntEnum):
    """What a rule says of a candidate. SILENT: the rule has nothing to do with it."""

    FITS = 0
    ASK = 1
    FAILS = 2
    SILENT = 3


FITS, ASK, FAILS, SILENT = Verdict.FITS, Verdict.ASK, Verdict.FAILS, Verdict.SILENT

Judge = Callable[[Candidate], Verdict]


@dataclass(frozen=True, slots=True)
class Asking:
    """A question, and the two facts that are looked up only when a rule wants them."""

    question: Question
    is_open: Callable[[Candidate], bool | None]
    origin_area: Callable[[], str | None]


_says: Callable[[bool | None], Verdict] = {True: FITS, False: FAILS, None: ASK}.__getitem__


def _fact(name: str) -> Judge:
    """A judge of one yes-or-no fact."""
    read: Callable[[Candidate], bool | None] = attrgetter(name)
    return lambda candidate: _says(read(candidate))


def _for_a_roof(judge: Judge) -> Judge:
    """The same judge, asked of places to stay only."""
    return lambda candidate: judge(candidate) if candidate.is_roof else SILENT


def running(_asking: Asking) -> Judge:
    """A service that is closed for some weeks can take nobody now."""
    return _running


def _running(candidate: Candidate) -> Verdict:
    return FAILS if candidate.closed_for_now else SILENT


def sex(asking: Asking) -> Judge | None:
    """Does it take women, men, others? Boys under 18 may be taken where men are not."""
    person = asking.question.person
    if person.sex is None:
        return None
    if person.sex is Sex.MALE and person.age is None:
        return _men_or_boys
    if person.sex is Sex.MALE and may_be_child(person):
        return _boys_like_men_unless_said
    names = {Sex.FEMALE: "takes_female", Sex.MALE: "takes_male", Sex.OTHER: "takes_other"}
    return _fact(names[person.sex])


def _boys_like_men_unless_said(candidate: Candidate) -> Verdict:
    said = candidate.takes_boys
    return _says(candidate.takes_male if said is None else said)


def _men_or_boys(candidate: Candidate) -> Verdict:
    """Of unknown age: sure only where men and boys are answered alike."""
    men, boys = _says(candidate.takes_male), _boys_like_men_unless_said(candidate)
    return men if men is boys else ASK


def age(asking: Asking) -> Judge | None:
    """Is the whole range of ages that the person may have inside the limits?"""
    ages = age_range(asking.question.person)
    if ages is None:
        return None
    youngest, oldest = ages

    def judge_age(candidate: Candidate) -> Verdict:
        low, high = candidate.minimum_age, candidate.maximum_age
        if (low is not None and oldest < low) or (high is not None and youngest > high):
            return FAILS
        if low is None or high is None:
            return ASK
        return FITS if low <= youngest and oldest <= high else ASK

    return judge_age


def children(asking: Asking) -> Judge | None:
    """Are children admitted together with their parent? Asked of places to stay only."""
    question = asking.question
    for_a_family = question.person.children or MOTHER_AND_CHILD in question.needs
    if not question.asks_for_roof or not for_a_family:
        return None
    return _for_a_roof(_fact("takes_children"))


def boys(asking: Asking) -> Judge | None:
    """Up to what age is a boy admitted with his mother? (domain.md §3: max age of boys)"""
    oldest = asking.question.person.oldest_boy
    if not asking.question.asks_for_roof or oldest is None:
        return None

    def judge_boys(candidate: Candidate) -> Verdict:
        if not candidate.is_roof or candidate.takes_children is False:
            return SILENT
        if candidate.oldest_boy is None:
            return ASK
        return FITS if oldest <= candidate.oldest_boy else FAILS

    return judge_boys


def disability(asking: Asking) -> Judge | None:
    """Is it accessible for every kind of disability that was named?"""
    if not asking.question.person.disability:
        return None
    order = list(Disability)
    wanted = [order.index(kind) for kind in asking.question.person.disability]

    def judge_access(candidate: Candidate) -> Verdict:
        facts = candidate.accessible
        return max(_says(facts[index]) for index in wanted)  # FAILS over ASK over FITS

    return judge_access


def nationality(asking: Asking) -> Judge | None:
    """Does it take foreign nationals?"""
    return _fact("takes_foreigners") if asking.question.person.is_foreign else None


def identity(asking: Asking) -> Judge | None:
    """Does it take somebody without papers?"""
    return _fact("takes_without_id") if asking.question.person.id_document is False else None


def area(asking: Asking) -> Judge:
    """Is where the person is inside the stated service area? No stated area limits nobody."""

    known: list[frozenset[str] | None] = []

    def around() -> frozenset[str] | None:
        if not known:
            origin = asking.origin_area()
            known.append(None if origin is None else line_of(origin))
        return known[0]

    def judge_area(candidate: Candidate) -> Verdict:
        if candidate.bounds is None:
            return SILENT
        here = around()
        if here is None:
            return SILENT
        return FAILS if candidate.bounds.isdisjoint(here) else FITS

    return judge_area


def at_once(asking: Asking) -> Judge | None:
    """Tonight's roof: a home that wants a letter first cannot be it (domain.md §5, S2)."""
    question = asking.question
    tonight = ROOF_AT_ONCE.intersection(question.needs)
    if question.urgency is not Urgency.EMERGENCY or not tonight:
        return None

    def judge_letter(candidate: Candidate) -> Verdict:
        if not candidate.is_roof or candidate.needs & ROOF_AT_ONCE:
            return SILENT
        wants_letter = candidate.needs_letter
        return _says(None if wants_letter is None else not wants_letter)

    return judge_letter


def stay(asking: Asking) -> Judge | None:
    """A longer stay: a home for it, or a house whose limit is at least two weeks."""
    return _for_a_roof(_long_stay) if RESIDENTIAL in asking.question.needs else None


def _long_stay(candidate: Candidate) -> Verdict:
    if RESIDENTIAL in candidate.needs:
        return FITS
    days = candidate.longest_stay_days
    return _says(None if days is None else days >= LONG_STAY_DAYS)


_BEDS = {Beds.ENOUGH: FITS, Beds.OLD: ASK, Beds.UNSAID: ASK, Beds.TOO_FEW: FAILS}


def place(asking: Asking) -> Judge | None:
    """Is a place free for everybody who comes? An old figure is a reason to call, not an answer."""
    question = asking.question
    if not question.asks_for_roof:
        return None
    look = beds_for(question.person, question.now, question.beds_fresh_for)
    return _for_a_roof(lambda candidate: _BEDS[look(candidate.pools)])


def hours(asking: Asking) -> Judge | None:
    """Is somebody there at the asked instant, by its hours or by its intake at night?"""
    question = asking.question
    if not question.must_be_open:
        return None

    def judge_hours(candidate: Candidate) -> Verdict:
        is_open = asking.is_open(candidate)
        if is_open or (candidate.night_intake and is_night(candidate.timezone, question.at)):
            return FITS
        return ASK if is_open is None else FAILS

    return judge_hours


@lru_cache(maxsize=256)
def is_night(timezone: str, at: datetime) -> bool:
    """Outside the ordinary day in a time zone: evening, night or weekend."""
    local = at.astimezone(ZoneInfo(timezone))
    return local.hour >= NIGHT_BEGINS or local.hour < NIGHT_ENDS or local.weekday() >= 5


Rule = Callable[[Asking], Judge | None]

RULES: dict[str, Rule] = {
    "running": running,
    "sex": sex,
    "age": age,
    "children": children,
    "boys": boys,
    "disability": disability,
    "nationality": nationality,
    "identity": identity,
    "area": area,
    "at_once": at_once,
    "stay": stay,
    "place": place,
    "hours": hours,
}

Judges = tuple[tuple[str, Judge], ...]


def judges_for(asking: Asking) -> Judges:
    """The rules that this question calls for: name and judge, in reading order."""
    made = ((name, rule(asking)) for name, rule in RULES.items())
    return tuple((name, judge) for name, judge in made if judge is not None)
