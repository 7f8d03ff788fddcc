"""What find answers: plain values that pages and the API put into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from agencies.rules.candidate import Candidate, Openness
from agencies.rules.judging import Judgement
from agencies.rules.question import Question


class Entry(NamedTuple):
    """One offer in an answer, with what every rule said of it."""

    candidate: Candidate
    judgement: Judgement
    openness: Openness
    distance_km: float | None
    needs_met: tuple[str, ...]
    travel_minutes: float | None = None

    @property
    def ask_first(self) -> bool:
        """Whether something must be asked before relying on it."""
        return bool(self.judgement.asks)


@dataclass(frozen=True, slots=True)
class NextStep:
    """A wider question that would find somebody: `any_time`, `any_person`, `need` or `hotline`."""

    kind: str
    count: int
    question: Question  # the wider one, under which `entry` was judged
    entry: Entry
    need: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Results in order, near misses with their one failing rule, and what is left uncovered."""

    question: Question
    origin: tuple[float, float] | None
    results: tuple[Entry, ...] = ()
    near_misses: tuple[Entry, ...] = ()
    uncovered: tuple[str, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
