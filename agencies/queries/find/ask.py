"""Ask the question: the walk outwards, the rules, and when to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

from agencies.queries.find.answer import Answer, Entry, NextStep
from agencies.queries.find.load import ready
from agencies.queries.find.near import EVERYWHERE, Step, walk, walk_without_origin
from agencies.queries.hours import is_open, openness
from agencies.queries.places import area_at
from agencies.rules.candidate import Candidate
from agencies.rules.eligibility import Asking, Rule, judge, rules_for, screen
from agencies.rules.needs import Urgency, matching_codes, siblings
from agencies.rules.person import Person
from agencies.rules.question import Question
from agencies.rules.ranking import Order, covered, order, shown_distance
from core.actors import Actor
from core.geometry import LatLon

NEAR_MISSES_WITHIN_KM = 10.0
WIDER_STEPS = 3
Found = tuple[Order, Candidate, float | None]


@dataclass(slots=True)
class _Walkers:
    """What was found so far, best first, and whether anything farther could still enter."""

    wanted: tuple[frozenset[str], ...]
    limit: int
    fits: list[Found] = field(default_factory=list)
    misses: list[Found] = field(default_factory=list)

    def settle(self) -> None:
        """Keep what can still be shown."""
        self.fits.sort(key=_by_order)
        del self.fits[self.limit :]

    def is_done(self, seen_km: float) -> bool:
        """Whether no offer beyond `seen_km` can change the answer."""
        if len(self.fits) < self.limit:
            return False
        best_beyond = (-len(self.wanted), False, round(seen_km, 1))
        return self.fits[-1][0][:3] < best_beyond and self.horizon() < seen_km

    def horizon(self) -> float:
        """How far out a near miss still says something: to the last result, at least 10 km."""
        if len(self.fits) < self.limit:
            return EVERYWHERE
        return max(NEAR_MISSES_WITHIN_KM, *(found[0][2] for found in self.fits))


def _by_order(found: Found) -> Order:
    return found[0]


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
    wanted = tuple(matching_codes(need) for need in question.needs)
    codes = sorted(frozenset().union(*wanted))
    tier = actor.sees.value
    steps = walk(origin, codes, tier) if origin else walk_without_origin(codes, tier)
    asking = _asking(question, origin)
    rules = rules_for(question)
    walkers = _Walkers(wanted, limit)
    for step in steps:
        _take(step, walkers, asking, rules)
        walkers.settle()
        if walkers.is_done(step.seen_km):
            break
    answer = _answer(walkers, asking, rules, origin)
    if wider and not answer.results:
        answer = replace(answer, next_steps=_wider(actor, question, origin))
    return answer


def _asking(question: Question, origin: LatLon | None) -> Asking:
    return Asking(question, partial(_is_open_at, question), _area_of(question, origin))


def _is_open_at(question: Question, candidate: Candidate) -> bool | None:
    return is_open(candidate, question.at)


def _area_of(question: Question, origin: LatLon | None) -> Callable[[], str | None]:
    """Where the person is, looked up when the first rule wants it."""

    @lru_cache(maxsize=1)
    def look_up() -> str | None:
        if question.origin_area or origin is None:
            return question.origin_area
        return area_at(*origin)

    return look_up


def _take(step: Step, walkers: _Walkers, asking: Asking, rules: tuple[Rule, ...]) -> None:
    question, wanted = asking.question, walkers.wanted
    for candidate, distance in zip(ready().get(step.rows), step.distances, strict=True):
        failed, ask_first = screen(candidate, asking, rules)
        if failed > 1:
            continue
        far = None if candidate.position is None else distance
        key = order(
            candidate,
            question,
            needs_met=covered(candidate, wanted),
            ask_first=ask_first and not failed,
            distance_km=far,
        )
        (walkers.misses if failed else walkers.fits).append((key, candidate, far))


def _answer(
    walkers: _Walkers, asking: Asking, rules: tuple[Rule, ...], origin: LatLon | None
) -> Answer:
    horizon = walkers.horizon()
    near = sorted((m for m in walkers.misses if m[0][2] <= horizon), key=_by_order)
    entry = partial(_entry, asking, rules)
    results = tuple(entry(found) for found in walkers.fits)
    met = {need for result in results for need in result.needs_met}
    return Answer(
        question=asking.question,
        origin=origin,
        results=results,
        near_misses=tuple(entry(found) for found in near[: walkers.limit]),
        uncovered=tuple(need for need in asking.question.needs if need not in met),
    )


def _entry(asking: Asking, rules: tuple[Rule, ...], found: Found) -> Entry:
    _, candidate, distance = found
    question = asking.question
    return Entry(
        candidate=candidate,
        judgement=judge(candidate, asking, rules),
        openness=openness(candidate, question.at),
        distance_km=None
        if candidate.by_phone or distance is None
        else shown_distance(candidate, distance),
        needs_met=tuple(n for n in question.needs if matching_codes(n) & candidate.needs),
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
    return [NextStep(kind, len(found.results), need, found.results[0])]
