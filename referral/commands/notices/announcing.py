"""Tell whom it concerns of what happened: every move, every alarm, every withdrawal.

Who hears of which move is a table (`rules/notices.py`).
"""

from __future__ import annotations

import uuid
from functools import lru_cache

from sqlalchemy import Update, bindparam, update

from accounts.walls import HANDING
from core.actors import Actor
from core.asking import change_rows, spelt_once
from core.db import db
from core.events import subscribe
from core.walls import cross
from referral.commands.consent.withdrawing import WITHDRAWN
from referral.commands.duty.alarms import ALARM, Alarm
from referral.commands.moves.step import MOVED
from referral.commands.notices.telling import tell_about, tell_coordinators
from referral.models import Notice, Referral, ReferralMove
from referral.rules.moves import Party
from referral.rules.notices import What, tellings_of
from referral.rules.reasons import Cancel
from referral.rules.states import State


def listen() -> None:
    """Tell from now on."""
    subscribe(MOVED, _tell_of_move)
    subscribe(ALARM, _tell_of_alarm)
    subscribe(WITHDRAWN, _tell_of_withdrawal)


def _tell_of_move(*, actor: Actor, referral: Referral, move: ReferralMove) -> None:
    by_phone = move.by_phone_from_sealed is not None
    _was_seen(referral, move)
    told: set[uuid.UUID | None] = set()
    for telling in tellings_of(
        move.name, party=move.party, before=move.from_state, reason=move.reason, by_phone=by_phone
    ):
        cause = f"{telling.what.value}/{referral.id}/{move.number}"
        agency_id = _agency_of(referral, telling.to)
        # The number of the move is in the cause; that nobody was told of it yet needs no question.
        is_new = agency_id not in told
        told.add(agency_id)
        tell_about(agency_id, referral=referral, what=telling.what, cause=cause, is_new=is_new)
        if telling.what is What.FALLEN:
            _tell_coordinators(referral, What.FALLEN, cause)


def _was_seen(referral: Referral, move: ReferralMove) -> None:
    """Whoever acts on a referral need not be told any more what waited there."""
    if move.agency_id is None:
        return
    with cross(HANDING), db.session.no_autoflush:
        change_rows(_seen(), told_agency=move.agency_id, of_referral=referral.id, seen=move.at)


@lru_cache(maxsize=1)
def _seen() -> Update:
    wanted = update(Notice).where(
        Notice.agency_id == bindparam("told_agency"),
        Notice.referral_id == bindparam("of_referral"),
        Notice.account_id.is_(None),
        Notice.seen_at.is_(None),
    )
    wanted = wanted.values(seen_at=bindparam("seen"))
    return spelt_once(wanted)


def _tell_of_alarm(*, referral: Referral, why: Alarm, cause: str) -> None:
    what = What.UNFOUNDED if why is Alarm.UNFOUNDED else What.GLASS
    _tell_coordinators(referral, what, cause)
    if why is Alarm.GLASS_BROKEN:  # the manager there, and whose person it is
        for agency_id in (referral.receiver_agency_id, referral.sender_agency_id):
            tell_about(agency_id, referral=referral, what=what, cause=cause)


def _tell_of_withdrawal(
    *, actor: Actor, referral: Referral, consent_id: uuid.UUID | None, why: Cancel
) -> None:
    """A view was closed. Of a referral that was called off for it, the move tells."""
    if referral.state is not State.CANCELLED:
        cause = f"withdrawn/{referral.id}/{consent_id}"
        receiver = referral.receiver_agency_id
        tell_about(receiver, referral=referral, what=What.WITHDRAWN, cause=cause)


def _tell_coordinators(referral: Referral, what: What, cause: str) -> None:
    if referral.receiver_agency_id is not None:
        tell_coordinators(
            agency_id=referral.receiver_agency_id,
            what=what,
            cause=cause,
            urgency=referral.urgency,
            referral_id=referral.id,
        )


def _agency_of(referral: Referral, party: Party) -> uuid.UUID | None:
    if party is Party.SENDER:
        return referral.sender_agency_id
    return referral.receiver_agency_id
