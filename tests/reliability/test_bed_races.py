"""Many workers want the same beds: none is given twice, and none is lost.

`make test` contests some hundred beds, `make soak` 100,000 with eight workers on each database.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.models import Account
from accounts.queries.who import actor_of
from agencies.models import Pool
from core.clock import now
from core.db import db, writing
from core.errors import RefusedError
from referral.commands.beds.arriving import take_places
from referral.commands.beds.places import hold_plan, release_places
from referral.models import Hold, Holding, Referral
from referral.queries.places import pools_out_of_step
from referral.queries.referrals import any_referral_by_code, locked_referral
from referral.rules.places import Part
from tests.support.crowd import Ground, end, opened, start, tell, told
from tests.support.handing import make_sent, make_two

SOAK = bool(os.environ.get("RUJUKAN_SOAK"))
WORKERS = 8 if SOAK else 3
BEDS = 100_000 if SOAK else 80
POOLS = 250 if SOAK else 4

pytestmark = pytest.mark.both_databases


def contest(ground: Ground, code: str, clerk_id: uuid.UUID, seed: int, tally: Path) -> None:
    """Hold and take places, or give them back, until none is free: in a process of its own."""
    with opened(ground):
        _contest(code, clerk_id, seed, tally)


def _contest(code: str, clerk_id: uuid.UUID, seed: int, tally: Path) -> None:
    """Several pools at once, in any order, as parties that are parted over pools want them."""
    chance = random.Random(seed)
    actor = actor_of(db.session.get_one(Account, clerk_id), strong=True)
    pools = list(db.session.scalars(select(Pool.id).where(Pool.capacity > 1)))
    most, several = 4, 10
    while pools:
        chosen = chance.sample(pools, min(len(pools), chance.randint(1, several)))
        plan = [Part(pool_id, chance.randint(1, most)) for pool_id in chosen]
        takes = chance.random() < 0.75
        try:
            with writing():
                hold_plan(actor, _locked(code), plan=plan, until=None, moment=now())
        except RefusedError:
            pools, most, several = _what_is_left(), 1, 1
            time.sleep(0.01)  # what others hold may come back
            continue
        several = 10
        with writing():
            (take_places if takes else release_places)(actor, _locked(code), moment=now())
        for part in plan if takes else ():
            tell(tally, part.pool_id, part.places)


def _locked(code: str) -> Referral:
    found = any_referral_by_code(code)
    assert found is not None
    return locked_referral(found.id)


def _what_is_left() -> list[uuid.UUID]:
    """Pools that are not taken altogether: what others hold may still come back."""
    db.session.rollback()
    left = Pool.capacity - Pool.occupied - Pool.closed
    return list(db.session.scalars(select(Pool.id).where(left > 0, Pool.capacity > 1)))


@pytest.mark.parametrize("how", ["threads", "processes"])
def test_no_bed_is_given_twice_and_none_is_lost(app: Flask, tmp_path: Path, how: str) -> None:
    two = make_two(beds=(BEDS // POOLS, 0))
    with writing():
        for number in range(1, POOLS):
            db.session.add(
                Pool(offer_id=two.offer.id, label=f"{number}", capacity=BEDS // POOLS,
                     said_at=now())
            )  # fmt: skip
    codes = [make_sent(two) for _ in range(WORKERS)]
    clerk_id, ground = two.clerk.id, Ground.of(app)
    tallies = [tmp_path / f"tally-{number}" for number in range(WORKERS)]
    jobs = [(code, clerk_id, n, tallies[n]) for n, code in enumerate(codes)]
    db.session.remove()
    began = time.monotonic()
    if how == "threads":
        _in_threads(app, jobs)
    else:
        end([start(contest, ground, *job) for job in jobs], seconds=7200)
    seconds = time.monotonic() - began
    _check(tallies)
    sys.stdout.write(f"\n{how}: {WORKERS} workers took {BEDS:,} contested beds, {seconds:.1f} s\n")


def _in_threads(app: Flask, jobs: list[tuple[str, uuid.UUID, int, Path]]) -> None:
    troubles: list[BaseException] = []

    def run(job: tuple[str, uuid.UUID, int, Path]) -> None:
        with app.app_context():
            try:
                _contest(*job)
            except BaseException as error:
                troubles.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not troubles, troubles


def _check(tallies: list[Path]) -> None:
    """What was acknowledged is what is taken, pool by pool; everything is taken, nothing twice."""
    acknowledged: dict[str, int] = {}
    for tally in tallies:
        for pool_id, places in told(tally):
            acknowledged[pool_id] = acknowledged.get(pool_id, 0) + int(places)
    db.session.rollback()
    taken = select(Hold.pool_id, func.sum(Hold.places)).where(Hold.state == Holding.TAKEN)
    rows = {str(p): int(n) for p, n in db.session.execute(taken.group_by(Hold.pool_id))}
    pools = list(db.session.scalars(select(Pool).where(Pool.capacity > 1)))
    figures = {str(pool.id): pool.occupied for pool in pools}
    assert acknowledged == rows == figures
    assert sum(figures.values()) == BEDS
    assert all(pool.held == 0 and pool.free == 0 for pool in pools)
    assert not pools_out_of_step()
