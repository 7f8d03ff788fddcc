"""How every move is made: found and locked, asked of the table, logged, audited, told.

There is no other way to change a state. A command calls `begin`, does what is its own, and
`finish`es; all of it in the door's one transaction.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from accounts.commands.audit import record
from accounts.walls import HANDING
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, RefusedError, Trouble, Words, refused
from core.events import publish
from core.i18n import _
from core.ids import new_id
from core.rows import add_row
from core.walls import cross
from referral.commands.case.sealing import seal_words
from referral.models import Referral, ReferralMove
from referral.queries.referrals import has_firm_consent, locked_by_code, sides_of
from referral.rules.moves import MOVES, Name, Party, may_make
from referral.rules.states import IDENTITY_OPEN, NEEDS_BASIS, STATE_WORDS, State

MOVED = "referral.moved"  # event: actor, referral, move; in the transaction of the move

NO_BASIS = _("Without a live consent or another legal basis nothing may be handed over.")
NO_NAME = _("Say who gave the answer on the phone")


class AlreadyMovedError(RefusedError):
    """The referral is no longer where the actor saw it: somebody else was first."""

    def __init__(self, state: State) -> None:
        super().__init__(Trouble("state", MOVED_ON, (("state", Words(STATE_WORDS[state])),)))
        self.state = state


MOVED_ON = _("This is not possible any more: meanwhile the referral stands at “%(state)s”.")


@dataclass(slots=True)
class Step:
    """A move under way: the locked referral, on whose side, and when."""

    actor: Actor
    referral: Referral
    name: Name
    party: Party
    moment: datetime
    by_phone_from: str | None = None

    @property
    def agency_id(self) -> uuid.UUID | None:
        """The agency on whose side the actor stands: by phone it is the sender's."""
        if self.party is Party.RECEIVER and self.by_phone_from is None:
            return self.referral.receiver_agency_id
        return self.referral.sender_agency_id


def begin(
    actor: Actor,
    code: str,
    name: Name,
    *,
    by_phone_from: str | None = None,
    at_state: State | None = None,
) -> Step:
    """Find and lock a referral for a move of this actor.

    `by_phone_from`: the sender records what somebody of the receiver said on the phone.
    `at_state`: where the actor saw it. `HiddenError` for what the actor may not see or do;
    `AlreadyMovedError` when the table has no such move from where it stands now.
    """
    found = locked_by_code(code)
    if found is None:
        raise HiddenError
    return begin_on(actor, found, name, by_phone_from=by_phone_from, at_state=at_state)


def begin_on(
    actor: Actor,
    referral: Referral,
    name: Name,
    *,
    by_phone_from: str | None = None,
    at_state: State | None = None,
) -> Step:
    """The same for a referral that is locked already."""
    party = _party(actor, referral, name, by_phone_from)
    stands = referral.state
    if (at_state is not None and at_state is not stands) or not may_make(name, stands, party):
        raise AlreadyMovedError(stands)
    return Step(actor, referral, name, party, now(), by_phone_from)


def finish(
    step: Step,
    *,
    reason: str | None = None,
    detail: str | None = None,
    words: str | None = None,
) -> ReferralMove:
    """Make the move: state, log row, audit row, and the event `MOVED`.

    The referral and its log row are written once, with what follows from them: by the first
    question that anybody asks, at the latest at the end of the transaction. `reason` and `detail`
    are codes of `rules/reasons.py`; `words` are sealed. `RefusedError` on `consent` when the new
    state needs a live basis and there is none.
    """
    # What one side's move does to the other's rows. One crossing for all of it, though the log may
    # be written without: PostgreSQL is told whenever another begins.
    with cross(HANDING):
        move = _make(step, reason, detail, words)
        publish(MOVED, actor=step.actor, referral=step.referral, move=move)
    return move


def _make(step: Step, reason: str | None, detail: str | None, words: str | None) -> ReferralMove:
    referral, before = step.referral, step.referral.state
    target = MOVES[step.name].target
    has_basis = _has_basis(referral, target, step.moment)
    if target in NEEDS_BASIS and not has_basis:
        raise refused("consent", NO_BASIS)
    due = _due(referral, step.name)
    referral.state, referral.moved_at = target, step.moment
    referral.moves_made += 1
    referral.identity_open = target in IDENTITY_OPEN and has_basis
    if step.party is Party.RECEIVER:
        referral.is_by_phone = step.by_phone_from is not None
    where = f"referral/{referral.id}/move/{referral.moves_made}"
    move = add_row(
        ReferralMove,
        id=new_id(),
        referral_id=referral.id,
        number=referral.moves_made,
        at=step.moment,
        name=step.name,
        from_state=before,
        to_state=target,
        party=step.party,
        actor_kind=step.actor.kind.value,
        actor_id=step.actor.id,
        agency_id=step.agency_id,
        reason=reason,
        detail=detail,
        due_at=due,
        in_time=None if due is None else step.moment <= due,
        words_sealed=seal_words(referral.case_id, where, words),
        by_phone_from_sealed=seal_words(referral.case_id, f"{where}/phone", step.by_phone_from),
    )
    record(
        step.actor,
        f"referral.{step.name.value}",
        agency_id=step.agency_id,
        subject=("referral", referral.id),
        number=move.number,
        to=target.value,
        **{"reason": reason} if reason else {},
    )
    return move


def _party(actor: Actor, referral: Referral, name: Name, by_phone_from: str | None) -> Party:
    sides = sides_of(actor, referral)
    if not sides:
        raise HiddenError
    if by_phone_from is not None:
        if Party.SENDER not in sides or Party.RECEIVER not in MOVES[name].by:
            raise HiddenError
        if not by_phone_from.strip():
            raise refused("by_phone_from", NO_NAME)
        return Party.RECEIVER
    able = [side for side in Party if side in sides and may_make(name, referral.state, side)]
    named = [side for side in Party if side in sides and side in MOVES[name].by]
    if not able and not named:
        raise HiddenError  # of this side nobody ever makes this move
    return (able or named)[0]


def _has_basis(referral: Referral, target: State, moment: datetime) -> bool:
    """Whether a basis holds, where it matters for the new state; asked once.

    What the move has changed of the referral waits for its one flush: no basis hangs on it.
    """
    if target not in NEEDS_BASIS | IDENTITY_OPEN:
        return False
    with db.session.no_autoflush:
        return has_firm_consent(referral, moment)


_ACKNOWLEDGING = frozenset({Name.ACKNOWLEDGE})
_DECIDING = frozenset(
    {Name.ACCEPT, Name.ACCEPT_CONDITIONALLY, Name.PUT_ON_LIST, Name.DECLINE, Name.REDIRECT}
)
_STARTING = frozenset({Name.HAND_OVER})


def _due(referral: Referral, name: Name) -> datetime | None:
    """The clock that a move meets or misses."""
    if name in _ACKNOWLEDGING:
        return referral.acknowledge_by
    if name in _DECIDING:
        return referral.decide_by
    return referral.start_by if name in _STARTING else None
