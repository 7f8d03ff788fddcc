"""When a batch arrives: places are kept until then, and what was agreed abroad ends there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from core.actors import Actor
from core.clock import now
from core.db import db
from core.errors import RefusedError, Trouble, refused
from core.events import subscribe
from core.i18n import _
from referral.commands.asking.batches import PAST, Result, own_batch, record_batch, rows_of_batch
from referral.commands.beds.places import extend_holds, keep_until_arrival
from referral.commands.consent.agreeing import Again, agree_again
from referral.commands.consent.withdrawing import end_on_arrival
from referral.commands.hand_over.arrivals import ON_THE_WAY, Way, arrival_of, expect_at, say_arrival
from referral.commands.moves.step import MOVED
from referral.commands.moves.winding import wind_start
from referral.models import Batch, Referral, ReferralMove
from referral.queries.batches import people_of
from referral.queries.referrals import locked_referrals
from referral.rules.places import AFTER_ARRIVAL
from referral.rules.states import BEFORE_ARRIVAL, PROMISED

LANDED = _("This group has arrived already")
NOT_LANDED_YET = _("Nobody can have arrived before the expected day")
EARLY = timedelta(hours=12)


def listen() -> None:
    """Keep what is promised to people of a batch until it has arrived."""
    subscribe(MOVED, _promised)


def expect_batch(actor: Actor, *, code: str, expected_at: datetime) -> int:
    """Command: when they arrive, said anew. What is held is kept until then and the way to the
    door, never shorter; receivers are told. Returns for how many."""
    batch = own_batch(actor, code)
    if batch.arrived_at is not None:
        raise refused("expected_at", LANDED)
    if expected_at <= now():
        raise refused("expected_at", PAST)
    batch.expected_at = expected_at
    db.session.flush()
    people = _locked(batch)
    for row in people:
        if row.state in BEFORE_ARRIVAL:
            wind_start(row)
    on_the_way = [row for row in people if row.state in ON_THE_WAY]
    for row in on_the_way:
        _say(actor, row, expected_at)
    record_batch(actor, "batch.expected", batch, people=len(on_the_way))
    return len(on_the_way)


def land_batch(actor: Actor, *, code: str) -> int:
    """Command: they have landed. Consents taken abroad end now and are asked again, one by one;
    places stay. A second time nothing happens. Returns how many consents ended."""
    batch, moment = own_batch(actor, code), now()
    if batch.arrived_at is not None:
        return 0
    if batch.expected_at is not None and moment < batch.expected_at - EARLY:
        raise refused("arrived", NOT_LANDED_YET)
    batch.arrived_at = moment
    db.session.flush()
    cases = sorted({row.case_id for row in rows_of_batch(batch)})
    ended = sum(end_on_arrival(actor, case_id=one, moment=moment) for one in cases)
    for row in _locked(batch):
        if row.state in PROMISED:
            extend_holds(actor, row, until=moment + AFTER_ARRIVAL)
    record_batch(actor, "batch.landed", batch, consents=ended)
    return ended


def ask_people_again(actor: Actor, *, code: str, rujs: Collection[str], said: Again) -> Result:
    """Command: these people of a batch were asked again, each by themselves, and agreed; each gets
    a row of their own. Who cannot be asked so (a child, of whom the caregiver decides) is named in
    `refused`; codes of others than those who are to be asked count for nothing.
    """
    batch = own_batch(actor, code)
    done: list[str] = []
    wrong: list[tuple[str, Trouble]] = []
    for one in people_of(batch):
        row = one.referral
        if not one.is_to_be_asked or row.code not in rujs or row.consent_id is None:
            continue
        try:
            with db.session.begin_nested():
                agree_again(actor, case_code=one.case_code, consent_id=row.consent_id, said=said)
            done.append(row.code)
        except RefusedError as refusal:
            wrong.append((row.code, refusal.troubles[0]))
    record_batch(actor, "batch.asked_again", batch, asked=len(done), refused=len(wrong))
    return Result(tuple(done), tuple(wrong))


def _promised(*, actor: Actor, referral: Referral, move: ReferralMove) -> None:
    """Whoever promises a place to somebody of a batch reads when they come, and keeps it."""
    if referral.batch_id is None or move.to_state not in PROMISED or move.from_state in PROMISED:
        return
    batch = db.session.get(Batch, referral.batch_id)
    if batch is not None and batch.expected_at is not None and batch.arrived_at is None:
        expect_at(actor, referral, expected_at=batch.expected_at)


def _say(actor: Actor, row: Referral, expected_at: datetime) -> None:
    known = arrival_of(row)
    way = Way(meeting_point_id=known.meeting_point_id, expected_at=expected_at, **known.words)
    try:
        with db.session.begin_nested():
            say_arrival(actor, code=row.code, way=way)
    except RefusedError:  # no live consent, or a time too far away: the place is kept all the same
        keep_until_arrival(actor, row, expected_at=expected_at)


def _locked(batch: Batch) -> list[Referral]:
    return locked_referrals([row.id for row in rows_of_batch(batch)])
