"""Find beside an R*Tree and beside a loop, on the same questions, taking turns."""

from __future__ import annotations

from agencies.queries.find import Answer, ask
from benchmarks.boxes import answer_by_boxes, plant_trees
from benchmarks.loop import Loop
from benchmarks.page import spell, table
from benchmarks.questions import workers_questions
from benchmarks.registry import Registry
from benchmarks.times import Times
from core.actors import visitor
from tests.synthetic import Asked

ROUNDS = 3
LOOPS = {10_000: 9, 100_000: 3}  # each takes seconds


class DifferentAnswersError(Exception):
    """Two ways to answer the same question do not agree: nothing that was measured counts."""


def measure(registry: Registry, questions: int) -> str:
    """The section for one registry; warm, and every way must answer alike."""
    asked = workers_questions(questions, registry.moment)
    with registry.app.app_context():
        plant_trees()
        first = Times()
        for one in asked:  # nothing is ready yet
            first.take(answer_by_find, one)
    _take_turns(registry, asked, Times(), Times())
    find, boxes = Times(), Times()
    for _ in range(ROUNDS):
        _take_turns(registry, asked, find, boxes)
    return _section(registry, questions, first, find, boxes, _loops(registry, asked))


def answer_by_find(asked: Asked) -> Answer:
    """As the page and the API ask it."""
    return ask(visitor(asked.tier), asked.question, asked.origin, limit=asked.limit, wider=False)


def _take_turns(registry: Registry, asked: list[Asked], find: Times, boxes: Times) -> None:
    for one in asked:
        with registry.app.app_context():  # one for each answer, as each request has
            ours = find.take(answer_by_find, one)
        with registry.app.app_context():
            theirs = boxes.take(answer_by_boxes, one)
        _must_agree(one, ours, theirs)


def _loops(registry: Registry, asked: list[Asked]) -> Times:
    loops = Times()
    with registry.app.app_context():
        loop = Loop.read()
        for one in asked[: LOOPS.get(registry.services, 5)]:
            theirs = loops.take(loop.answer, one)
            _must_agree(one, answer_by_find(one), theirs)
    return loops


def _must_agree(asked: Asked, ours: Answer, theirs: Answer) -> None:
    if _ids(ours) != _ids(theirs):
        raise DifferentAnswersError(asked)


def _ids(answer: Answer) -> list[str]:
    return [entry.candidate.offer_id for entry in (*answer.results, *answer.near_misses)]


def _section(
    registry: Registry, questions: int, first: Times, find: Times, boxes: Times, loop: Times
) -> str:
    rows = [
        ["find", spell(find.p50), spell(find.p95), "1"],
        ["R*Tree", spell(boxes.p50), spell(boxes.p95), f"{boxes.p50 / find.p50:.2f}"],
        ["loop of geodesics", spell(loop.p50), spell(loop.p95), f"{loop.p50 / find.p50:,.0f}"],
        ["find, nothing ready yet", spell(first.p50), spell(first.p95), ""],
    ]
    return (
        f"## Find among {registry.services:,} services\n\n"
        f"{questions} questions in {ROUNDS} rounds; the loop answers {len(loop)} of them. "
        f"The registry was made and written in {registry.seconds:.0f} s.\n\n"
        + table(["way", "p50", "p95", "times find's p50"], rows)
    )
