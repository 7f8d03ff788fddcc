"""For whom an agency meets a need: the house's own rules of find, asked for a few kinds of person.

Hours and free beds are left out: they are of tonight, and this is about what there is at all. A
fact that was never stated counts as a yes, because the agency is asked first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from agencies.queries.members import Facts, Offered
from agencies.rules.candidate import Candidate
from agencies.rules.eligibility import RULES, Asking, Judge, Verdict
from agencies.rules.kinds import PERSONS
from agencies.rules.needs import ROOF, all_needs, matching_codes
from agencies.rules.person import with_what_the_need_says
from agencies.rules.question import Question

ABOUT_THE_PERSON = (
    "sex", "age", "children", "boys", "disability", "nationality", "identity", "at_once", "stay",
)  # fmt: skip

NO_ROOF = "P6"  # a need that is no roof, to ask for all of them

Asked = tuple[str, str]  # a need and a kind of person
Takes = frozenset[Asked]

_SOME_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)  # no rule that is asked here looks at it


def takes_of(offers: Iterable[Offered]) -> Takes:
    """What an agency with these offers meets, for whom."""
    return frozenset().union(*(_met(offered.needs, offered.facts) for offered in offers))


@lru_cache(maxsize=50_000)
def _met(needs: frozenset[str], facts: Facts) -> Takes:
    candidate = Candidate(offer_id="", needs=needs, **facts._asdict())
    wanted = {code for need in needs for code in matching_codes(need)} & all_needs().keys()
    # What is asked hangs on the need only where it is a roof: the others are judged once for all.
    alike = {need: need if need in ROOF else NO_ROOF for need in wanted}
    fits = {
        (like, kind)
        for like in set(alike.values())
        for kind in PERSONS
        if all(judge(candidate) is not Verdict.FAILS for judge in _judges(like, kind))
    }
    return frozenset(
        (need, kind) for need, like in alike.items() for kind in PERSONS if (like, kind) in fits
    )


@lru_cache(maxsize=1_000)
def _judges(need: str, kind: str) -> tuple[Judge, ...]:
    question = Question(
        needs=(need,),
        person=with_what_the_need_says(PERSONS[kind], (need,)),
        at=_SOME_MOMENT,
        now=_SOME_MOMENT,
        urgency=all_needs()[need].urgency,
    )
    asking = Asking(question, is_open=lambda _candidate: None, origin_area=lambda: None)
    made = (RULES[name](asking) for name in ABOUT_THE_PERSON)
    return tuple(judge for judge in made if judge is not None)
