"""Ask the question: the walk outwards, the rules, and when to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from agencies.queries.find.answer import Answer, Entry, NextStep
from agencies.queries.find.areas import area_of
from agencies.queries.find.load import read_along, ready
from agencies.queries.find.near import Screened, walk, walk_without_origin
from agencies.queries.find.shelves import NotReadyError, Sieve, shelves
from agencies.queries.find.walkers import Found, Walkers, best
from agencies.queries.hours import minute_of, open_at, openness
from agencies.rules.eligibility import Asking, Judges, judges_for
from agencies.rules.facts import parted
from agencies.rules.judging import Judgement, judge, screen
from agencies.rules.needs import Urgency, matching_codes, siblings
from agencies.rules.person import Person
from agencies.rules.question import Question
from agencies.rules.ranking import covered, head, shown_distance
from core.actors import Actor
from core.db import snapshot
from core.geometry import LatLon

WIDER_STEPS = 3
Judging = Callable[[list[Found]], list[Judgement]]


def ask(
    actor: Actor,
    question: Question,
    origin: LatLon | None,
    *,
    limit: int = 10,
    wider: bool = True,
) -> Answer:
    """Who can take this person: the best `limit` offers that the actor may see, and near misses.

    `origin` is (latitude, longitude) in degrees, or None when the place is not known. With
    `wider`, an answer without results names the next wider steps (design.md §5).
    """
    asking, codes, tier = _asking(question, origin), _codes(question.needs), actor.sees.value
    missing: list[Any] = []
    try:
        answer = _from_shelves(asking, origin, codes, tier, limit)
    except NotReadyError as not_ready:
        answer, missing = None, not_ready.offers
    if answer is None:
        answer = _from_database(asking, origin, codes, tier, limit, missing)
    if wider and not answer.results:
        answer = replace(answer, next_steps=_wider(actor, question, origin))
    return answer


def _from_shelves(
    asking: Asking,
    origin: LatLon | None,
    codes: tuple[str, ...],
    tier: int,
    limit: int,
) -> Answer | None:
    """The answer out of memory; None when the registry is too large to be kept there."""
    shelf = shelves().get(codes, tier)
    if shelf is None:
        return None
    sieve = Sieve(shelf, parted(asking))
    if origin is None:
        steps = shelf.everybody(sieve)
    else:
        steps = shelf.walk(origin, sieve, _wanted(asking.question), limit)
    walkers = _walked(steps, asking.question, origin, limit, ())
    return _answer(walkers, origin, lambda found: sieve.judgements([slot for *_, slot in found]))


def _from_database(
    asking: Asking,
    origin: LatLon | None,
    codes: tuple[str, ...],
    tier: int,
    limit: int,
    missing: list[Any],
) -> Answer:
    """The answer out of one snapshot; what it reads, and was missing, is in memory afterwards."""
    judges = judges_for(asking)
    with snapshot() as view:
        ready().read(view, missing)
        if origin is None:
            steps = walk_without_origin(view, codes, tier)
        else:
            steps = walk(view, origin, codes, tier)
        walkers = _walked(read_along(view, steps), asking.question, origin, limit, judges)
        return _answer(walkers, origin, _by(judges))


def answer_along(
    steps: Iterable[Screened], question: Question, origin: LatLon | None, limit: int
) -> Answer:
    """The answer from offers of which nothing was judged yet, given from near to far."""
    judges = judges_for(_asking(question, origin))
    return _answer(_walked(steps, question, origin, limit, judges), origin, _by(judges))


def _by(judges: Judges) -> Judging:
    return lambda found: [judge(candidate, judges) for _, candidate, *_ in found]


def _walked(
    steps: Iterable[Screened],
    question: Question,
    origin: LatLon | None,
    limit: int,
    left: Judges,
) -> Walkers:
    """Screen by the judges that are left what the steps meet, until nothing farther could enter."""
    walkers = Walkers(question, _wanted(question), limit)
    for step in steps:
        _take(step, walkers, left, placed=origin is not None)
        if walkers.is_done(step):
            break
    return walkers


@lru_cache(maxsize=1_000)
def _codes(needs: tuple[str, ...]) -> tuple[str, ...]:
    """The codes that meet any of the needs, which name a shelf."""
    return tuple(sorted(frozenset().union(*map(matching_codes, needs))))


def _wanted(question: Question) -> tuple[frozenset[str], ...]:
    """The codes that meet each of the needs."""
    return tuple(matching_codes(need) for need in question.needs)


def _asking(question: Question, origin: LatLon | None) -> Asking:
    return Asking(question, open_at(question.at), area_of(question, origin))


def _take(step: Screened, walkers: Walkers, left: Judges, *, placed: bool) -> None:
    wanted, fits, misses = walkers.wanted, walkers.fits, walkers.misses
    several = len(wanted) > 1
    for candidate, distance, failed_before, asks_before, slot in step.met:
        # Without a place nothing is nearer than another.
        shown = shown_distance(candidate, distance) if placed else 0.0
        if failed_before and shown > walkers.last_miss_km:
            continue  # as a near miss it would come behind all that are shown
        failed, ask_first = failed_before, asks_before
        if left:
            failed, ask_first = screen(candidate, left, failed, ask=ask_first)
        if failed > 1:
            continue
        met = covered(candidate.needs, wanted) if several else 1
        sure = not ask_first and not failed
        found = (head(met, sure=sure, shown_km=shown), candidate, distance, slot)
        (misses if failed else fits).append(found)


def _answer(walkers: Walkers, origin: LatLon | None, judging: Judging) -> Answer:
    question, horizon = walkers.question, walkers.horizon()
    near = [miss for miss in walkers.misses if miss[0][2] <= horizon]
    first = best(walkers.fits, walkers.limit, question)
    shown = [*first, *best(near, walkers.most_misses(), question)]
    entries = _entries(shown, judging, question, walkers.wanted)
    results, near_misses = entries[: len(first)], entries[len(first) :]
    met = {need for result in results for need in result.needs_met}
    return Answer(
        question=question,
        origin=origin,
        results=results,
        near_misses=near_misses,
        uncovered=tuple(need for need in question.needs if need not in met),
    )


def _entries(
    shown: list[Found], judging: Judging, question: Question, wanted: tuple[frozenset[str], ...]
) -> tuple[Entry, ...]:
    minute, needs = minute_of(question.at), tuple(zip(question.needs, wanted, strict=True))
    # Whoever is found for a single need meets it.
    met = question.needs if len(needs) == 1 else None
    return tuple(
        [
            Entry(
                candidate,
                judgement,
                openness(candidate, minute),
                None if candidate.by_phone else distance,
                met or tuple([n for n, codes in needs if codes & candidate.needs]),
            )
            for (_, candidate, distance, _), judgement in zip(shown, judging(shown), strict=True)
        ]
    )


def _wider(actor: Actor, question: Question, origin: LatLon | None) -> tuple[NextStep, ...]:
    """What a wider question would find: another time, other needs of the group, a hotline."""
    narrow = partial(ask, actor, origin=origin, wider=False)
    steps = []
    if question.must_be_open:
        found = narrow(replace(question, urgency=Urgency.ROUTINE, at_was_given=False))
        steps += _step("any_time", found)
    if question.person != Person():
        steps += _step("any_person", narrow(replace(question, person=Person())))
    for need in question.needs:
        for sibling in siblings(need):
            steps += _step("need", narrow(replace(question, needs=(sibling,))), sibling)
    kept = [s for s in steps if s.kind != "need"] + [s for s in steps if s.kind == "need"]
    hotline = narrow(replace(question, needs=("P1",), person=Person()), limit=1)
    return (*kept[: WIDER_STEPS + 1], *_step("hotline", hotline))


def _step(kind: str, found: Answer, need: str | None = None) -> list[NextStep]:
    if not found.results:
        return []
    return [NextStep(kind, len(found.results), found.question, found.results[0], need)]
