"""How the person gets there: where they are met, when, with whom; said by either side.

A word about the time keeps the held places longer (domain.md §6B: a late flight loses no bed), and
the other side is told of every change.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.commands.audit import record
from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import HiddenError, RefusedError, Trouble, refused
from core.i18n import _
from core.keystore import ErasedKeyError
from referral.commands.beds import places
from referral.commands.case.sealing import open_facts, seal_facts
from referral.commands.notices.telling import tell_about
from referral.models import Arrival, Referral
from referral.queries.handing import agency_side, is_secret, points_for
from referral.queries.referrals import any_referral_by_code, live_consent, locked_referral, may_see
from referral.rules.moves import Party
from referral.rules.notices import What
from referral.rules.states import PROMISED, State

ON_THE_WAY = PROMISED | {State.NO_SHOW}
LONGEST = 200  # letters
FARTHEST = timedelta(days=60)  # [P]
NOT_NOW = _("This can be said once the agency has accepted")
NO_POINT = _("There is no such meeting point")
RECEIVERS_WORD = _("Where they are met, the receiving agency says")
POINT_NEEDED = _("Choose where they are met: nobody is led to the door of this place")
TOO_LONG = _("At most %(most)s letters")
LONG_AGO = _("This time is past")
FAR_AWAY = _("This is more than 60 days away")
NO_BASIS = _("Without a live consent or another legal basis nothing may be handed over.")


@dataclass(frozen=True, slots=True)
class Way:
    """What is said of the way: who comes along, how they travel, how they know each other."""

    meeting_point_id: uuid.UUID | None = None
    expected_at: datetime | None = None
    escort: str = ""
    transport: str = ""
    sign: str = ""

    @property
    def words(self) -> dict[str, str]:
        """The words that are sealed, without the empty ones."""
        said = {"escort": self.escort, "transport": self.transport, "sign": self.sign}
        return {name: text.strip() for name, text in said.items() if text.strip()}


@dataclass(frozen=True, slots=True)
class Said:
    """The way as it was said last. `words` are empty when the person was erased."""

    meeting_point_id: uuid.UUID | None = None
    expected_at: datetime | None = None
    words: dict[str, str] = field(default_factory=dict)
    said_at: datetime | None = None


def say_arrival(actor: Actor, *, code: str, way: Way) -> Arrival:
    """Command: say where, when and how the person comes; both sides may, each may correct.

    The meeting point is the receiver's to name; at a secret place it must name one. `HiddenError`
    for what the actor may not see; `RefusedError` before an acceptance, without a live basis, and
    for a point, a time or words that cannot be.
    """
    referral, side = _on_a_side(actor, code)
    moment = now()
    if referral.state not in ON_THE_WAY:
        raise refused("state", NOT_NOW)
    if live_consent(referral, moment) is None:
        raise refused("state", NO_BASIS)
    row = db.session.get(Arrival, referral.id) or Arrival(referral_id=referral.id)
    _check(referral, side, way, row.meeting_point_id, moment)
    row.meeting_point_id = way.meeting_point_id
    row.expected_at = way.expected_at
    row.words_sealed = seal_facts(referral.case_id, _where(referral), way.words)
    row.said_at, row.said_by = moment, actor.account_id
    db.session.add(row)
    if way.expected_at is not None:
        keep_until_arrival(actor, referral, expected_at=way.expected_at)
    db.session.flush()
    _tell(actor, referral, side, row)
    return row


def expect_at(actor: Actor, referral: Referral, *, expected_at: datetime) -> None:
    """Note when somebody who was just accepted is expected, where nobody has said so: the receiver
    reads it with its own acceptance, and what it holds is kept until then."""
    row = db.session.get(Arrival, referral.id) or Arrival(referral_id=referral.id)
    if row.expected_at is None:
        row.expected_at, row.said_at, row.said_by = expected_at, now(), None
        db.session.add(row)
        db.session.flush()
    keep_until_arrival(actor, referral, expected_at=expected_at)


def arrival_of(referral: Referral) -> Said:
    """What was said of the way; the caller has just read the referral, which is recorded."""
    row = db.session.get(Arrival, referral.id)
    if row is None:
        return Said()
    try:
        words = open_facts(referral.case_id, _where(referral), row.words_sealed)
    except ErasedKeyError:
        words = {}
    return Said(row.meeting_point_id, row.expected_at, words, row.said_at)


def keep_until_arrival(actor: Actor, referral: Referral, *, expected_at: datetime) -> None:
    """Keep what is held until the person is there; see `places.keep_until_arrival`."""
    places.keep_until_arrival(actor, referral, expected_at=expected_at)


def _on_a_side(actor: Actor, code: str) -> tuple[Referral, Party]:
    found = any_referral_by_code(code)
    if found is None or not may_see(actor, found) or not actor.may_write:
        raise HiddenError
    side = agency_side(actor, found)
    if side is None:
        raise HiddenError
    return locked_referral(found.id), side


def _check(
    referral: Referral, side: Party, way: Way, before: uuid.UUID | None, moment: datetime
) -> None:
    wrong = [
        Trouble(name, TOO_LONG, (("most", LONGEST),))
        for name, text in way.words.items()
        if len(text) > LONGEST
    ]
    wrong += _wrong_point(referral, side, way.meeting_point_id, before)
    if way.expected_at is not None:
        if way.expected_at < moment - timedelta(hours=1):
            wrong.append(Trouble("expected_at", LONG_AGO))
        elif way.expected_at > moment + FARTHEST:
            wrong.append(Trouble("expected_at", FAR_AWAY))
    if wrong:
        raise RefusedError(*wrong)


def _wrong_point(
    referral: Referral, side: Party, point: uuid.UUID | None, before: uuid.UUID | None
) -> list[Trouble]:
    if side is Party.SENDER:
        return [] if point == before else [Trouble("meeting_point", RECEIVERS_WORD)]
    if point is None:
        return [Trouble("meeting_point", POINT_NEEDED)] if is_secret(referral) else []
    known = {point_id for point_id, _said in points_for(referral)}
    return [] if point in known else [Trouble("meeting_point", NO_POINT)]


def _tell(actor: Actor, referral: Referral, side: Party, row: Arrival) -> None:
    mine, other = referral.sender_agency_id, referral.receiver_agency_id
    if side is Party.RECEIVER and other is not None:
        mine, other = other, mine
    facts: dict[str, Any] = {"has_time": row.expected_at is not None}
    record(
        actor,
        "arrival.said",
        agency_id=mine,
        subject=("referral", referral.id),
        has_point=row.meeting_point_id is not None,
        **facts,
    )
    tell_about(
        other,
        referral=referral,
        what=What.ARRIVAL,
        cause=f"arrival/{referral.id}/{row.said_at.isoformat()}",
    )


def _where(referral: Referral) -> str:
    return f"referral/{referral.id}/arrival"
