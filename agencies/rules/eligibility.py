"""Who can take this person? Each rule is one function: fits, fails, or must be asked.

A fact that an agency never stated is unknown. Unknown is *ask first*: never a fit, never a
refusal (design.md §4). `RULES` is the whole list, in the order in which reasons are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from zoneinfo import ZoneInfo

from agencies.rules.beds import Beds, beds_for
from agencies.rules.candidate import Candidate
from agencies.rules.needs import RESIDENTIAL, ROOF_AT_ONCE, Urgency
from agencies.rules.person import Disability, Sex, age_range, may_be_child
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

IsOpen = Callable[[Candidate], bool | None]
AreaOf = Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Asking:
    """A question, and the two facts that are looked up only when a rule wants them."""

    question: Question
    is_open: IsOpen
    origin_area: AreaOf


Judge = Callable[[Candidate, Asking], Verdict]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's name, whether a question calls for it, and its judgement of a candidate."""

    name: str
    applies: Callable[[Question], bool]
    judge: Judge


def _yes_no(fact: bool | None) -> Verdict:
    if fact is None:
        return ASK
    return FITS if fact else FAILS


def running(candidate: Candidate, _asking: Asking) -> Verdict:
    """A service that is closed for some weeks can take nobody now."""
    return FAILS if candidate.closed_for_now else SILENT


def sex(candidate: Candidate, asking: Asking) -> Verdict:
    """Does it take women, men, others? Boys under 18 may be taken where men are not."""
    person = asking.question.person
    if person.sex is Sex.FEMALE:
        return _yes_no(candidate.takes_female)
    if person.sex is Sex.OTHER:
        return _yes_no(candidate.takes_other)
    if candidate.takes_boys is not None and may_be_child(person):
        return _yes_no(candidate.takes_boys)
    return _yes_no(candidate.takes_male)


def age(candidate: Candidate, asking: Asking) -> Verdict:
    """Is the whole range of ages that the person may have inside the limits?"""
    ages = age_range(asking.question.person)
    if ages is None:
        return SILENT
    youngest, oldest = ages
    low, high = candidate.minimum_age, candidate.maximum_age
    if (low is not None and oldest < low) or (high is not None and youngest > high):
        return FAILS
    if low is None or high is None:
        return ASK
    return FITS if low <= youngest and oldest <= high else ASK


def children(candidate: Candidate, _asking: Asking) -> Verdict:
    """Are children admitted together with their parent? Asked of places to stay only."""
    return _yes_no(candidate.takes_children) if candidate.is_roof else SILENT


def boys(candidate: Candidate, asking: Asking) -> Verdict:
    """Up to what age is a boy admitted with his mother? (domain.md §3: max age of boys)"""
    oldest = asking.question.person.oldest_boy
    if not candidate.is_roof or oldest is None or candidate.takes_children is False:
        return SILENT
    if candidate.oldest_boy is None:
        return ASK
    return FITS if oldest <= candidate.oldest_boy else FAILS


def disability(candidate: Candidate, asking: Asking) -> Verdict:
    """Is it accessible for every kind of disability that was named?"""
    order = list(Disability)
    verdicts = [
        _yes_no(candidate.accessible[order.index(d)]) for d in asking.question.person.disability
    ]
    return max(verdicts)  # FAILS over ASK over FITS


def nationality(candidate: Candidate, _asking: Asking) -> Verdict:
    """Does it take foreign nationals?"""
    return _yes_no(candidate.takes_foreigners)


def identity(candidate: Candidate, _asking: Asking) -> Verdict:
    """Does it take somebody without papers?"""
    return _yes_no(candidate.takes_without_id)


def area(candidate: Candidate, asking: Asking) -> Verdict:
    """Is where the person is inside the stated service area? No stated area limits nobody."""
    if not candidate.areas or "ID" in candidate.areas:
        return SILENT
    origin = asking.origin_area()
    if origin is None:
        return SILENT
    inside = any(origin == a or origin.startswith(f"{a}.") for a in candidate.areas)
    return FITS if inside else FAILS


def at_once(candidate: Candidate, _asking: Asking) -> Verdict:
    """Tonight's roof: a home that wants a letter first cannot be it (domain.md §5, S2)."""
    if not candidate.is_roof or candidate.needs & ROOF_AT_ONCE:
        return SILENT
    if candidate.needs_letter is None:
        return ASK
    return FAILS if candidate.needs_letter else FITS


def stay(candidate: Candidate, _asking: Asking) -> Verdict:
    """A longer stay: a home for it, or a house whose limit is at least two weeks."""
    if not candidate.is_roof:
        return SILENT
    if RESIDENTIAL in candidate.needs:
        return FITS
    if candidate.longest_stay_days is None:
        return ASK
    return FITS if candidate.longest_stay_days >= LONG_STAY_DAYS else FAILS


def place(candidate: Candidate, asking: Asking) -> Verdict:
    """Is a place free for everybody who comes? An old figure is a reason to call, not an answer."""
    if not candidate.is_roof:
        return SILENT
    question = asking.question
    return {Beds.ENOUGH: FITS, Beds.OLD: ASK, Beds.UNSAID: ASK, Beds.TOO_FEW: FAILS}[
        beds_for(candidate.pools, question.person, question.now, question.beds_fresh_for)
    ]


def hours(candidate: Candidate, asking: Asking) -> Verdict:
    """Is somebody there at the asked instant, by its hours or by its intake at night?"""
    is_open = asking.is_open(candidate)
    if is_open:
        return FITS
    if candidate.night_intake and is_night(candidate, asking.question):
        return FITS
    return ASK if is_open is None else FAILS


def is_night(candidate: Candidate, question: Question) -> bool:
    """Outside the ordinary day at the place of the candidate: evening, night or weekend."""
    local = question.at.astimezone(ZoneInfo(candidate.timezone))
    return local.hour >= NIGHT_BEGINS or local.hour < NIGHT_ENDS or local.weekday() >= 5


def _roof_at_once(question: Question) -> bool:
    return question.urgency is Urgency.EMERGENCY and bool(ROOF_AT_ONCE.intersection(question.needs))


RULES: tuple[Rule, ...] = (
    Rule("running", lambda q: True, running),
    Rule("sex", lambda q: q.person.sex is not None, sex),
    Rule("age", lambda q: q.person.age is not None, age),
    Rule("children", lambda q: q.asks_for_roof and bool(q.person.children), children),
    Rule("boys", lambda q: q.asks_for_roof and q.person.oldest_boy is not None, boys),
    Rule("disability", lambda q: bool(q.person.disability), disability),
    Rule("nationality", lambda q: q.person.is_foreign is True, nationality),
    Rule("identity", lambda q: q.person.id_document is False, identity),
    Rule("area", lambda q: True, area),
    Rule("at_once", _roof_at_once, at_once),
    Rule("stay", lambda q: RESIDENTIAL in q.needs, stay),
    Rule("place", lambda q: q.asks_for_roof, place),
    Rule("hours", lambda q: q.must_be_open, hours),
)


def rules_for(question: Question) -> tuple[Rule, ...]:
    """The rules that this question calls for."""
    return tuple(rule for rule in RULES if rule.applies(question))


@dataclass(frozen=True, slots=True)
class Judgement:
    """The names of the rules that a candidate fits, fails, and must be asked about."""

    fits: tuple[str, ...]
    asks: tuple[str, ...]
    fails: tuple[str, ...]


def judge(candidate: Candidate, asking: Asking, rules: tuple[Rule, ...]) -> Judgement:
    """What every rule says of a candidate."""
    said: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
    for rule in rules:
        said[rule.judge(candidate, asking)].append(rule.name)
    return Judgement(tuple(said[FITS]), tuple(said[ASK]), tuple(said[FAILS]))


def screen(candidate: Candidate, asking: Asking, rules: tuple[Rule, ...]) -> tuple[int, bool]:
    """How many rules fail (counted to 2, which is out) and whether something must be asked."""
    failed = 0
    ask = False
    for rule in rules:
        verdict = rule.judge(candidate, asking)
        if verdict is FAILS:
            failed += 1
            if failed == 2:
                break
        elif verdict is ASK:
            ask = True
    return failed, ask
