"""What the sender does with an asking that has begun: the next now, another order, stop, choose.

How it begins: `asking_others.py`; what answers do to it: `cascading.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from accounts.commands.audit import record
from accounts.walls import HANDING
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, refused
from core.i18n import _
from core.walls import cross
from referral.commands.asking.cascading import ask_some, choose_one
from referral.commands.moves.step import begin_on, finish
from referral.models import Asking, Consent, Referral
from referral.queries.askings import alternatives_among, rows_of
from referral.queries.referrals import (
    any_referral_by_code,
    lock_asking,
    locked_referral,
    sides_of,
)
from referral.rules.askings import (
    in_order,
    swapped,
)
from referral.rules.moves import Name, Party
from referral.rules.reasons import Cancel
from referral.rules.states import PROMISED, State

NOBODY_LEFT = _("Nobody is left who may be asked")
FILLED = _("An agency has accepted already")
NOT_PROMISED = _("This agency has not accepted, or not any more")
ASKED_ALREADY = _("This agency was asked already")


def ask_next(actor: Actor, *, code: str) -> None:
    """Command: ask the next now, though others have not answered yet.

    `RefusedError` when somebody has accepted, or nobody is left who may be asked.
    """
    first, asking = _own_asking(actor, code)
    if asking.filled_at is not None:
        raise refused("state", FILLED)
    asking.stopped_at = None
    with cross(HANDING):
        asked = ask_some(asking)
    if not asked:
        raise refused("state", NOBODY_LEFT)
    record_asking(actor, "asking.next", asking, of=first.code)


def put_earlier(actor: Actor, *, code: str, alternative: str) -> None:
    """Command: an alternative that was not asked yet comes a place earlier."""
    _first, asking = _own_asking(actor, code)
    rows = {row.id: row for row in rows_of(asking.id, lock=True)}
    chosen = _unasked(list(rows.values()), alternative)
    order = [one.id for one in in_order(alternatives_among(list(rows.values())))]
    for position, one in enumerate(swapped(order, chosen.id)):
        rows[one].position = position
    db.session.flush()
    record_asking(actor, "asking.reordered", asking)


def leave_out(actor: Actor, *, code: str, alternative: str) -> None:
    """Command: an alternative that was not asked yet is not asked at all; its basis is given up."""
    _first, asking = _own_asking(actor, code)
    chosen = _unasked(rows_of(asking.id, lock=True), alternative)
    _give_up(actor, chosen)
    record_asking(actor, "asking.left_out", asking, of=chosen.code)


def stop_asking(actor: Actor, *, code: str) -> None:
    """Command: nobody further is asked. Who was asked may still answer, and be the one."""
    _first, asking = _own_asking(actor, code)
    for row in rows_of(asking.id, lock=True):
        if row.state is State.DRAFT:
            _give_up(actor, row)
    asking.stopped_at = now()
    db.session.flush()
    record_asking(actor, "asking.stopped", asking)


def choose(actor: Actor, *, code: str, alternative: str) -> None:
    """Command: of those who have accepted this one has it; the others are told.

    `RefusedError` when it has not accepted (any more), or another one has it already.
    """
    _first, asking = _own_asking(actor, code)
    rows = rows_of(asking.id, lock=True)
    chosen = next((row for row in rows if row.code == alternative), None)
    if chosen is None:
        raise HiddenError
    if asking.filled_at is not None:
        raise refused("state", FILLED)
    if chosen.state not in PROMISED:
        raise refused("state", NOT_PROMISED)
    choose_one(asking, chosen, now())
    record_asking(actor, "asking.chosen", asking, of=chosen.code)


def own_referral(actor: Actor, code: str) -> Referral:
    """The referral, locked, for whoever refers for its sender; `HiddenError` for anybody else."""
    found = any_referral_by_code(code)
    if found is None:
        raise HiddenError
    referral = locked_referral(found.id)
    if Party.SENDER not in sides_of(actor, referral) or not actor.may_write:
        raise HiddenError
    return referral


def _own_asking(actor: Actor, code: str) -> tuple[Referral, Asking]:
    referral = own_referral(actor, code)
    asking = lock_asking(referral.asking_id) if referral.asking_id else None
    if asking is None:
        raise HiddenError
    return referral, asking


def _unasked(rows: Sequence[Referral], code: str) -> Referral:
    found = next((row for row in rows if row.code == code), None)
    if found is None:
        raise HiddenError
    if found.state is not State.DRAFT:
        raise refused("state", ASKED_ALREADY)
    return found


def _give_up(actor: Actor, referral: Referral) -> None:
    """Nobody but its sender ever knew of it."""
    finish(begin_on(actor, referral, Name.CANCEL), reason=Cancel.OTHER.value)
    consent = db.session.get(Consent, referral.consent_id) if referral.consent_id else None
    if consent is not None and consent.withdrawn_at is None:
        # A basis for an agency that is not asked after all must not stay open.
        consent.withdrawn_at = max(now(), consent.given_at)
        consent.withdrawn_by = actor.account_id
    db.session.flush()


def record_asking(actor: Actor, action: str, asking: Asking, **facts: object) -> None:
    """Note in the sender\'s audit what was done with an asking."""
    record(
        actor, action, agency_id=asking.agency_id, subject=("asking", asking.id), **facts
    )  # fmt: skip
