"""What all rules of a question say of a candidate: each by its name, or only how many fail."""

from __future__ import annotations

from typing import NamedTuple

from agencies.rules.candidate import Candidate
from agencies.rules.eligibility import ASK, FAILS, FITS, Judges


class Judgement(NamedTuple):
    """The names of the rules that a candidate fits, fails, and must be asked about."""

    fits: tuple[str, ...]
    asks: tuple[str, ...]
    fails: tuple[str, ...]


def judge(candidate: Candidate, judges: Judges) -> Judgement:
    """What every rule says of a candidate."""
    said: tuple[list[str], ...] = ([], [], [], [])
    for name, judge_by in judges:
        said[judge_by(candidate)].append(name)
    return Judgement(tuple(said[FITS]), tuple(said[ASK]), tuple(said[FAILS]))


def screen(
    candidate: Candidate, judges: Judges, failed: int = 0, *, ask: bool = False
) -> tuple[int, bool]:
    """How many rules fail (2 is out) and whether something must be asked, others counted before."""
    for _, judge_by in judges:
        verdict = judge_by(candidate)
        if verdict is FAILS:
            if failed:
                return 2, ask
            failed = 1
        elif verdict is ASK:
            ask = True
    return failed, ask
