"""One sentence for each rule and verdict. A new rule needs a speaker here; a test says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from agencies.queries.find.answer import Entry
from agencies.queries.hours import minute_of
from agencies.rules.beds import is_enough, is_fresh, pools_for
from agencies.rules.candidate import Candidate, Openness
from agencies.rules.eligibility import Verdict, is_night
from agencies.rules.person import OLDEST, Disability, Sex, age_range, may_be_child
from agencies.rules.question import Question
from agencies.wording.times import ago, clock
from core.i18n import Say, _, say

FITS, ASK, FAILS = Verdict.FITS, Verdict.ASK, Verdict.FAILS


class Saying(NamedTuple):
    """What a speaker may speak of."""

    candidate: Candidate
    question: Question
    openness: Openness
    language: str
    tell: Say


Speaker = Callable[[Saying, Verdict], str]

KINDS: dict[Disability, str] = {
    Disability.MOBILITY: _("wheelchair"),
    Disability.HEARING: _("deaf or hard of hearing"),
    Disability.SIGHT: _("blind or low vision"),
    Disability.INTELLECTUAL: _("intellectual disability"),
    Disability.PSYCHOSOCIAL: _("psychosocial disability"),
}


def sentence(rule: str, verdict: Verdict, saying: Saying) -> str:
    """What a rule found, as one short sentence without a full stop."""
    return SPEAKERS[rule](saying, verdict)


def saying_of(entry: Entry, question: Question, language: str, tell: Say) -> Saying:
    """What may be said of an entry."""
    return Saying(entry.candidate, question, entry.openness, language, tell)


def _fixed(fits: str, ask: str, fails: str) -> Speaker:
    words = {FITS: fits, ASK: ask, FAILS: fails}
    return lambda s, verdict: s.tell(words[verdict])


_SEX_WORDS = {
    "women": {
        FITS: _("Takes women"),
        ASK: _("Ask whether it takes women"),
        FAILS: _("Does not take women"),
    },
    "men": {
        FITS: _("Takes men"),
        ASK: _("Ask whether it takes men"),
        FAILS: _("Does not take men"),
    },
    "girls": {
        FITS: _("Takes girls"),
        ASK: _("Ask whether it takes girls"),
        FAILS: _("Does not take girls"),
    },
    "boys": {
        FITS: _("Takes boys"),
        ASK: _("Ask whether it takes boys"),
        FAILS: _("Does not take boys"),
    },
    "others": {
        FITS: _("Takes people of every gender"),
        ASK: _("Ask whether it takes people of every gender"),
        FAILS: _("Does not take people of every gender"),
    },
}


def _sex(s: Saying, verdict: Verdict) -> str:
    person = s.question.person
    if person.sex is Sex.OTHER:
        group = "others"
    elif person.sex is Sex.MALE:
        group = "boys" if may_be_child(person) else "men"
    else:
        group = "girls" if may_be_child(person) else "women"
    return s.tell(_SEX_WORDS[group][verdict])


def _age(s: Saying, verdict: Verdict) -> str:
    low, high = s.candidate.minimum_age, s.candidate.maximum_age
    if verdict is ASK and (low is None or high is None):
        return s.tell(_("Ask about its age limits"))
    limits = _limits(s, low, high)
    if verdict is FITS:
        return limits
    ages = age_range(s.question.person) or (0, OLDEST)
    person = str(ages[0]) if ages[0] == ages[1] else f"{ages[0]}–{ages[1]}"
    if verdict is ASK:
        return s.tell(_("%(limits)s; ask, the person may be %(age)s"), limits=limits, age=person)
    return s.tell(_("%(limits)s; the person is %(age)s"), limits=limits, age=person)


def _limits(s: Saying, low: int | None, high: int | None) -> str:
    if not low and (high is None or high >= OLDEST):
        return s.tell(_("Takes every age"))
    if high is None or high >= OLDEST:
        return s.tell(_("Takes ages from %(low)s"), low=low)
    if not low:
        return s.tell(_("Takes ages up to %(high)s"), high=high)
    return s.tell(_("Takes ages %(low)s to %(high)s"), low=low, high=high)


def _boys(s: Saying, verdict: Verdict) -> str:
    limit, oldest = s.candidate.oldest_boy, s.question.person.oldest_boy
    if verdict is ASK:
        return s.tell(_("Ask up to what age boys are admitted with their mother"))
    if verdict is FITS:
        return s.tell(_("Boys are admitted with their mother up to age %(limit)s"), limit=limit)
    if limit == 0:
        return s.tell(_("Boys are not admitted"))
    return s.tell(
        _("Boys are admitted up to age %(limit)s; the oldest is %(age)s"), limit=limit, age=oldest
    )


def _disability(s: Saying, verdict: Verdict) -> str:
    asked = s.question.person.disability
    facts = dict(zip(Disability, s.candidate.accessible, strict=True))
    wanted = {FITS: True, ASK: None, FAILS: False}[verdict]
    kinds = ", ".join(s.tell(KINDS[d]) for d in asked if facts[d] is wanted)
    texts = {
        FITS: _("Accessible: %(kinds)s"),
        ASK: _("Ask about access: %(kinds)s"),
        FAILS: _("Not accessible: %(kinds)s"),
    }
    return s.tell(texts[verdict], kinds=kinds)


def _stay(s: Saying, verdict: Verdict) -> str:
    days = s.candidate.longest_stay_days
    if verdict is ASK:
        return s.tell(_("Ask how long one may stay"))
    if days is None:
        return s.tell(_("A home for a longer stay"))
    return s.tell(_("Stay of up to %(days)s days"), days=days)


def _place(s: Saying, verdict: Verdict) -> str:
    question = s.question
    usable = pools_for(s.candidate.pools, question.person)
    if not s.candidate.pools:
        return s.tell(_("Ask whether a place is free"))
    if not usable:
        return s.tell(_("Has no places for this person"))
    now, fresh_for, needed = question.now, question.beds_fresh_for, question.person.party
    told = [p for p in usable if is_fresh(p, now, fresh_for) is (verdict is not ASK)]
    if verdict is FITS:
        told = [p for p in told if is_enough(p, needed)]
    free = sum([pool.free for pool in told])
    when = ago(now - min([pool.said_at for pool in told]), s.tell)
    if verdict is FITS:
        return s.tell(_("%(free)s free (%(when)s)"), free=free, when=when)
    if verdict is ASK:
        return s.tell(_("Call first: %(free)s free, but said %(when)s"), free=free, when=when)
    if free == 0:
        return s.tell(_("Full (%(when)s)"), when=when)
    return s.tell(
        _("%(free)s free (%(when)s), %(needed)s needed"), free=free, when=when, needed=needed
    )


def _hours(s: Saying, verdict: Verdict) -> str:
    by_night = verdict is FITS and not s.openness.now
    if by_night and is_night(s.candidate.timezone, s.question.at):
        return say_night(s)
    if verdict is ASK:
        return s.tell(_("Ask whether somebody is there at that time"))
    return say_open(s) if verdict is FITS else say_closed(s)


def say_night(s: Saying) -> str:
    """Admits at night, and who decides then."""
    decider = s.candidate.card.night_decider
    if decider:
        return s.tell(_("Admits at night; who decides: %(who)s"), who=decider)
    return s.tell(_("Admits at night"))


def say_open(s: Saying) -> str:
    """Open, and until when."""
    return _at_time(_("Open until %(time)s"), _("Open 24 hours"), s.openness.until, s)


def say_closed(s: Saying) -> str:
    """Closed, and when it opens next."""
    return _at_time(_("Closed; opens %(time)s"), _("Closed at that time"), s.openness.next, s)


def _at_time(words: str, without: str, moment: datetime | None, s: Saying) -> str:
    asked = minute_of(s.question.at)
    return _worded(words, without, moment, asked, s.candidate.timezone, s.language)


@lru_cache(maxsize=8_000)  # many offers of one answer keep the same hours
def _worded(
    words: str, without: str, moment: datetime | None, asked: datetime, timezone: str, language: str
) -> str:
    tell = say(language)
    if moment is None:
        return tell(without)
    return tell(words, time=clock(moment, asked, timezone, language))


SPEAKERS: dict[str, Speaker] = {
    "running": _fixed("", "", _("Closed for some time")),
    "sex": _sex,
    "age": _age,
    "children": _fixed(
        _("Children are admitted with their parent"),
        _("Ask whether children are admitted"),
        _("Does not admit children"),
    ),
    "boys": _boys,
    "disability": _disability,
    "nationality": _fixed(
        _("Takes foreign nationals"),
        _("Ask whether it takes foreign nationals"),
        _("Does not take foreign nationals"),
    ),
    "identity": _fixed(
        _("Takes people without identity papers"),
        _("Ask whether it takes people without identity papers"),
        _("Asks for identity papers"),
    ),
    "area": _fixed(
        _("Serves this district"),
        _("Ask whether it serves this district"),
        _("Does not serve this district"),
    ),
    "at_once": _fixed(
        _("Takes people without a letter"),
        _("Ask whether it takes people without a letter"),
        _("Wants a referral letter before it takes anybody"),
    ),
    "stay": _stay,
    "place": _place,
    "hours": _hours,
}
