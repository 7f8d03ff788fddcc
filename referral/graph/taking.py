"""For whom an agency meets a need: the house's own rules of find, asked for a few kinds of person.

Hours and free beds are left out: they are of tonight, and this is about what there is at all. A
fact that was never stated counts as a yes, because the agency is asked first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from itertools import product
from operator import attrgetter
from typing import Any

from agencies.queries.members import Facts, Offered
from agencies.rules.candidate import Candidate
from agencies.rules.eligibility import RULES, Asking, Judge, Verdict
from agencies.rules.kinds import PERSONS
from agencies.rules.needs import ROOF, all_needs, matching_codes
from agencies.rules.person import with_what_the_need_says
from agencies.rules.question import Question

# The rules that are asked, and which facts of an offer each looks at. Those about a roof look at
# which roofs it offers as well. Few offers differ in all of these at once: so each rule is asked
# once for what it looks at, and not once for each of some thousand offers.
LOOKS: dict[str, tuple[str, ...]] = {
    "sex": ("takes_female", "takes_male", "takes_boys", "takes_other"),
    "age": ("minimum_age", "maximum_age"),
    "children": ("takes_children",),
    "boys": ("takes_children", "oldest_boy"),
    "disability": ("accessible",),
    "nationality": ("takes_foreigners",),
    "identity": ("takes_without_id",),
    "at_once": ("needs_letter",),
    "stay": ("longest_stay_days",),
}
ABOUT_A_ROOF = frozenset({"children", "boys", "at_once", "stay"})

NO_ROOF = "P6"  # a need that is no roof, to ask for all of them

Asked = tuple[str, str]  # a need and a kind of person
Takes = frozenset[Asked]

_SOME_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)  # no rule that is asked here looks at it


def takes_of(offers: Iterable[Offered]) -> Takes:
    """What an agency with these offers meets, for whom."""
    return frozenset().union(*(_met(offered.needs, offered.facts) for offered in offers))


# What is asked hangs on the need only where it is a roof: the others are judged once for all.
_ASKED: tuple[Asked, ...] = tuple(product((*sorted(ROOF), NO_ROOF), PERSONS))
_EVERYTHING = 2 ** len(_ASKED) - 1
_NO_ROOFS: frozenset[str] = frozenset()
_PARTS = tuple((rule, rule in ABOUT_A_ROOF, attrgetter(*names)) for rule, names in LOOKS.items())


def _met(needs: frozenset[str], facts: Facts) -> Takes:
    roofs, left = needs & ROOF, _EVERYTHING
    for rule, is_about_a_roof, look in _PARTS:
        left &= _left_by(rule, roofs if is_about_a_roof else _NO_ROOFS, look(facts))
    return _spelt(needs, left)


@lru_cache(maxsize=50_000)
def _left_by(rule: str, roofs: frozenset[str], looked_at: Any) -> int:
    """What a rule leaves of all that is asked: a bit for each of `_ASKED`."""
    names = LOOKS[rule]
    facts = dict(zip(names, looked_at if len(names) > 1 else (looked_at,), strict=True))
    candidate = Candidate(offer_id="", needs=roofs, **facts)
    return sum(
        1 << bit
        for bit, judge in enumerate(_judges(rule))
        if judge is None or judge(candidate) is not Verdict.FAILS
    )


@lru_cache(maxsize=50_000)
def _spelt(needs: frozenset[str], left: int) -> Takes:
    """The same in needs and kinds of person, for an offer of some needs."""
    fits = {asked for bit, asked in enumerate(_ASKED) if left >> bit & 1}
    wanted = {code for need in needs for code in matching_codes(need)} & all_needs().keys()
    return frozenset(
        (need, kind)
        for need in wanted
        for kind in PERSONS
        if (need if need in ROOF else NO_ROOF, kind) in fits
    )


@lru_cache(maxsize=100)
def _judges(rule: str) -> tuple[Judge | None, ...]:
    """The judge for each of `_ASKED`; None where the rule has nothing to do with it."""
    return tuple(RULES[rule](_asking(need, kind)) for need, kind in _ASKED)


def _asking(need: str, kind: str) -> Asking:
    question = Question(
        needs=(need,),
        person=with_what_the_need_says(PERSONS[kind], (need,)),
        at=_SOME_MOMENT,
        now=_SOME_MOMENT,
        urgency=all_needs()[need].urgency,
    )
    return Asking(question, is_open=lambda _candidate: None, origin_area=lambda: None)
