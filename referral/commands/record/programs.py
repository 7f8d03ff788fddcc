"""What a program of either side reads of a referral: what decides, never who the person is.

A key has no second factor and lies in somebody's configuration; so it reads as a receiver does
before acceptance, on both sides and whatever was accepted since (`reading.stage_for`), and of
words only what was said before anything was open, with names and numbers covered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.clock import now
from core.keystore import ErasedKeyError
from referral.commands.case.sealing import open_words
from referral.commands.record.desk import Promised, promise_of
from referral.commands.record.reading import Seen, names_to_cover
from referral.models import Referral, ReferralMove
from referral.queries.referrals import live_consent
from referral.queries.story import log_of
from referral.rules.consent import SHARED, Stage
from referral.rules.facts import GOES_WITH, Facts
from referral.rules.masking import covered
from referral.rules.moves import Party
from referral.rules.story import may_leave

# Whatever a view may ever hold, no other field leaves.
BEFORE = frozenset(field.name for field in SHARED if field.stage is Stage.BEFORE)
LEAVING = BEFORE | {name for name, leader in GOES_WITH.items() if leader in BEFORE}


@dataclass(frozen=True, slots=True)
class LoggedMove:
    """A move as a program reads it. `words` None: none, or not for programs."""

    move: ReferralMove
    agency: str | None
    words: str | None


@dataclass(frozen=True, slots=True)
class ForProgram:
    """A referral as a program reads it."""

    referral: Referral
    side: Party
    facts: Facts
    is_erased: bool
    is_sealed: bool
    promise: Promised | None
    log: tuple[LoggedMove, ...]


def for_program(seen: Seen, side: Party) -> ForProgram:
    """All of it. The caller has just read the referral as the program, which is recorded."""
    referral = seen.referral
    has_basis = live_consent(referral, now()) is not None
    hidden = names_to_cover(referral)
    return ForProgram(
        referral=referral,
        side=side,
        facts={name: value for name, value in seen.fields.items() if name in LEAVING},
        is_erased=seen.is_erased,
        is_sealed=seen.is_sealed,
        promise=_promise(seen, hidden),
        log=tuple(
            LoggedMove(one.move, one.agency, _words(referral, one.move, side, hidden, has_basis))
            for one in log_of(referral)
        ),
    )


def _promise(seen: Seen, hidden: tuple[str, ...]) -> Promised | None:
    promise = promise_of(seen)
    if promise is None:
        return None
    person, conditions = covered(promise.person, hidden), covered(promise.conditions, hidden)
    return replace(promise, person=person, conditions=conditions)


def _words(
    referral: Referral, move: ReferralMove, side: Party, hidden: tuple[str, ...], has_basis: bool
) -> str | None:
    if not may_leave(side, move.party, move.name, move.from_state, has_basis):
        return None
    where = f"referral/{referral.id}/move/{move.number}"
    try:
        words = open_words(referral.case_id, where, move.words_sealed)
    except ErasedKeyError:
        return None
    return None if words is None else str(covered(words, hidden))
