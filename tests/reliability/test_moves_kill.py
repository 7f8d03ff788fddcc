"""`kill -9` during hand-offs under load: nothing is torn, and nothing acknowledged is lost.

Several processes refer, accept and hand over at once, on the same places; all are killed at an
instant of chance, again and again. `make test` kills 8, `make soak` 1,000 on each database.
"""

from __future__ import annotations

import os
import random
import sys
import time
import uuid
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.models import Account, AuditEntry
from accounts.queries.who import actor_of
from agencies.commands.beds import say_free
from agencies.models import Pool
from core.actors import SYSTEM
from core.db import db, write
from core.errors import RefusedError
from referral.commands.asking.drafts import Wanted, draft
from referral.commands.consent.consents import Given, record_consent
from referral.models import Hold, Holding, Referral, ReferralMove
from referral.queries.places import pools_out_of_step
from referral.queries.referrals import any_referral_by_code
from referral.rules.moves import Name
from tests.support.audit import kinds
from tests.support.crowd import Ground, end, opened, start, tell, told
from tests.support.handing import A_WOMAN, make_two
from tests.support.moving import CALLS, TARGETS, is_legal, promise_of

SOAK = bool(os.environ.get("RUJUKAN_SOAK"))
KILLS = 1_000 if SOAK else 8
TOGETHER = 4
MOVES_FIRST = 6  # acknowledged before the next kill
LONGEST_START = 5.0  # seconds until the first acknowledged move after a kill
KEEPS = {"accepted", "accepted_with_conditions", "no_show"}

pytestmark = pytest.mark.both_databases


def hand_off(ground: Ground, ids: dict[str, uuid.UUID], case: str, seed: int, log: Path) -> None:
    """Refer and answer without pause, and write down what was acknowledged."""
    chance = random.Random(seed)
    with opened(ground):
        worker, clerk = (db.session.get_one(Account, ids[n]) for n in ("worker", "clerk"))
        actors = {"sender": actor_of(worker, strong=True), "receiver": actor_of(clerk, strong=True)}
        given = Given(receiver_agency_id=ids["receiver"], fields=("name",))
        wanted = Wanted(needs=("S1",), facts=A_WOMAN, offer_id=ids["offer"])
        while True:
            code = write(draft, actors["sender"], case_code=case, wanted=wanted)
            consent = write(record_consent, actors["sender"], case_code=case, given=given)
            state, moves = "draft", 0
            for _ in range(8):
                name, party = chance.choice([
                    (name, party) for name in Name for party in ("sender", "receiver", "clock")
                    if is_legal(name, state, party) and name is not Name.MARK_ERROR
                ] or [(Name.MARK_ERROR, "sender")])  # fmt: skip
                said: dict[str, object] = {}
                if name is Name.SEND:
                    said["consent_id"] = consent
                if name in (Name.ACCEPT, Name.ACCEPT_CONDITIONALLY):
                    said["promise"] = promise_of(ids["pool"], 1)
                try:
                    move = write(CALLS[name], actors.get(party, SYSTEM), code, said)
                except RefusedError:  # no place is free: the clerk says that some are
                    _free_some(actors["receiver"], ids["pool"])
                    continue
                state, moves = TARGETS[name], moves + 1
                tell(log, code, move.number, state, time.time())
                if state == "entered_in_error":
                    break


def _free_some(clerk: object, pool_id: uuid.UUID) -> None:
    try:
        write(say_free, clerk, pool_id=pool_id, free=5)  # type: ignore[arg-type]
    except RefusedError:
        time.sleep(0.01)  # all are held


def test_no_kill_tears_a_hand_off(app: Flask, tmp_path: Path) -> None:
    two = make_two(beds=(12, 0))
    ids = {
        "worker": two.worker.id, "clerk": two.clerk.id, "receiver": two.receiver_id,
        "offer": two.offer.id, "pool": two.pool_id,
    }  # fmt: skip
    case, ground = two.case_code, Ground.of(app)
    chance = random.Random(7)
    acknowledged: dict[str, tuple[int, str]] = {}
    waits: list[float] = []
    for turn in range(KILLS // TOGETHER):
        db.session.remove()
        logs = [tmp_path / f"{turn}-{number}" for number in range(TOGETHER)]
        began = time.time()
        crowd = [
            start(hand_off, ground, ids, case, turn * TOGETHER + n, log)
            for n, log in enumerate(logs)
        ]
        while sum(len(told(log)) for log in logs) < MOVES_FIRST:
            assert time.time() - began < 120, "nothing goes on after the kill"
            time.sleep(0.01)
        if turn:  # before the first kill the app is imported for all that come
            waits.append(min(float(told(log)[0][3]) for log in logs if told(log)) - began)
        time.sleep(chance.uniform(0, 0.4))
        end(crowd, kill=True)
        for log in logs:
            acknowledged |= {code: (int(n), state) for code, n, state, _ in told(log)}
        if not SOAK or turn % 25 == 24:
            _assert_whole(two.pool_id, acknowledged)
    _assert_whole(two.pool_id, acknowledged)
    sys.stdout.write(
        f"\n{KILLS} kills, {sum(n for n, _ in acknowledged.values())} acknowledged moves;"
        f" after a kill the first move was through in {sorted(waits)[len(waits) // 2]:.1f} s"
        f" (longest {max(waits):.1f} s)\n"
    )
    if SOAK:  # `make test` runs beside other tests, and says nothing of time
        assert max(waits) < LONGEST_START


def _assert_whole(pool_id: uuid.UUID, acknowledged: dict[str, tuple[int, str]]) -> None:
    db.session.rollback()
    db.session.expire_all()
    for code, (number, state) in acknowledged.items():
        found = any_referral_by_code(code)
        assert found is not None, f"{code} was acknowledged and is lost"
        # One more may have been committed, and the process killed before it could say so.
        assert found.moves_made - number in (0, 1), code
        assert found.moves_made > number or found.state == state
    for referral in db.session.scalars(select(Referral)):
        _assert_one_whole(referral)
    _assert_figures_agree(pool_id)
    assert kinds() == set(), "the audit's chains are whole"


def _assert_one_whole(referral: Referral) -> None:
    """State, log, audit and hold say the same."""
    moves = list(
        db.session.scalars(
            select(ReferralMove)
            .where(ReferralMove.referral_id == referral.id)
            .order_by(ReferralMove.number)
        )
    )
    assert [move.number for move in moves] == list(range(1, referral.moves_made + 1))
    assert referral.state == (moves[-1].to_state if moves else "draft")
    told_of = db.session.scalars(
        select(AuditEntry).where(
            AuditEntry.subject_kind == "referral", AuditEntry.subject_id == str(referral.id)
        )
    )
    assert sorted(e.facts["number"] for e in told_of if "number" in e.facts) == [
        move.number for move in moves
    ]
    held = db.session.scalar(
        select(func.sum(Hold.places)).where(
            Hold.referral_id == referral.id, Hold.state == Holding.HELD
        )
    )
    assert (held or 0) == (1 if referral.state in KEEPS else 0), referral.state


def _assert_figures_agree(pool_id: uuid.UUID) -> None:
    pool = db.session.get_one(Pool, pool_id, populate_existing=True)
    assert not pools_out_of_step()
    assert pool.free >= 0
    ended = Counter(db.session.scalars(select(Hold.state)))
    said = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("places.%")))
    counted = Counter(said)
    assert counted["places.held"] == sum(ended.values())
    for how in (Holding.TAKEN, Holding.RELEASED, Holding.LAPSED):
        assert counted[f"places.{how.value}"] == ended[how]
