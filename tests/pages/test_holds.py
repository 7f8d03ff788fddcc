"""Places that are held: parted, kept longer, taken by fewer or more, and never out of step."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import AuditEntry
from accounts.walls import bearing_of
from agencies.commands.beds import say_free
from agencies.models import Pool, PoolSex, PoolUnit
from core.actors import Actor
from core.bearing import take
from core.clock import now
from core.db import db, write, writing
from core.errors import RefusedError
from referral.commands.beds.places import extend_holds, keep_until_arrival, propose_places
from referral.commands.moves.answering import Promise, accept, accept_conditionally, decline
from referral.commands.moves.clock import lapse
from referral.commands.moves.handing import hand_over, miss
from referral.commands.moves.sending import cancel
from referral.models import Hold, Holding, Referral
from referral.queries.places import pools_out_of_step
from referral.queries.referrals import any_referral_by_code
from referral.rules.places import AFTER_ARRIVAL, Part
from referral.rules.reasons import Cancel, Decline
from tests.conftest import is_postgresql, running
from tests.support.handing import A_WOMAN, Two, make_accepted, make_sent, make_two
from tests.support.roles import WEB, as_role, make_roles

pytestmark = pytest.mark.both_databases
WITH_TWO = {**A_WOMAN, "children": "F3,M15"}


def _referral(code: str) -> Referral:
    db.session.expire_all()
    found = any_referral_by_code(code)
    assert found is not None
    return found


def _figures(pool_id: uuid.UUID) -> tuple[int, int, int]:
    db.session.rollback()
    pool = db.session.get_one(Pool, pool_id, populate_existing=True)
    assert not pools_out_of_step()
    return pool.held, pool.occupied, pool.free


def _add_pool(two: Two, **said: Any) -> uuid.UUID:
    """Another pool of what is asked, with three places."""
    with writing():
        pool = Pool(label="Anak laki-laki", said_at=now(), offer_id=two.offer.id,
                    **{"capacity": 3, "sex": PoolSex.MALE, "minimum_age": 12, **said})  # fmt: skip
        db.session.add(pool)
    return pool.id


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Ask the database on somebody's behalf, as a door does."""
    take(bearing_of(actor))
    try:
        yield
    finally:
        take(None)


@contextmanager
def behind_walls(app: Flask, folder: Path) -> Iterator[None]:
    """On PostgreSQL as the web's role, which owns nothing: row-level security stops it."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    if not is_postgresql(url):
        yield
        return
    make_roles()
    db.session.remove()
    with running(as_role(url, WEB), folder):
        yield


def test_a_party_is_parted_over_two_pools(app: Flask) -> None:
    two = make_two(beds=(3, 1))
    with writing():
        db.session.get_one(Pool, two.pool_id).sex = PoolSex.FEMALE
    boys = _add_pool(two)
    code = make_sent(two, facts=WITH_TWO)
    proposed = propose_places(_referral(code))
    assert proposed is not None
    assert [(p.pool_id, p.places) for p in proposed.plan] == [(two.pool_id, 2), (boys, 1)]
    write(accept, two.answering, code=code, promise=Promise("Ibu Rini", plan=proposed.plan))
    assert (_figures(two.pool_id), _figures(boys)) == ((2, 1, 0), (1, 0, 2))
    write(hand_over, two.answering, code=code, received_by="Rini")
    assert (_figures(two.pool_id), _figures(boys)) == ((0, 3, 0), (0, 1, 2))


def test_a_plan_is_held_whole_or_not_at_all(app: Flask) -> None:
    two = make_two(beds=(3, 1))
    full = _add_pool(two, capacity=1, occupied=1)
    code = make_sent(two, facts=WITH_TWO)
    for plan in (
        (Part(two.pool_id, 2), Part(full, 1)),
        (Part(two.pool_id, 0),),
        (Part(two.pool_id, 1), Part(make_two().pool_id, 1)),  # of somebody else
        (Part(uuid.uuid4(), 1),),
    ):
        with pytest.raises(RefusedError):
            write(accept, two.answering, code=code, promise=Promise("Rini", plan=plan))
        assert _figures(two.pool_id) == (0, 1, 2)


def test_a_pool_that_cannot_take_them_is_refused(app: Flask) -> None:
    two = make_two()
    boys = _add_pool(two)
    code = make_sent(two)
    with pytest.raises(RefusedError, match="does not take"):
        write(accept, two.answering, code=code, promise=two.promise(pool_id=boys))


def test_a_family_takes_one_place_of_a_family(app: Flask) -> None:
    two = make_two()
    family = _add_pool(two, sex=PoolSex.ANY, minimum_age=0, unit=PoolUnit.FAMILY)
    code = make_sent(two, facts=WITH_TWO)
    proposed = propose_places(_referral(code))
    assert proposed is not None
    assert (proposed.plan[0].pool_id, proposed.must_ask) == (family, False)
    write(accept, two.answering, code=code, promise=two.promise(pool_id=family))
    assert _figures(family) == (1, 0, 2)
    write(hand_over, two.answering, code=code, received_by="Rini", came=2)
    assert _figures(family) == (0, 1, 2)


@pytest.mark.parametrize(("came", "after"), [
    (3, (0, 4, 2)), (2, (0, 3, 3)), (1, (0, 2, 4)), (5, (0, 6, 0)), (8, (0, 6, 0)),
])  # fmt: skip
def test_fewer_or_more_come_than_were_expected(
    app: Flask, came: int, after: tuple[int, int, int]
) -> None:
    two = make_two(beds=(6, 1))
    code = make_sent(two, facts=WITH_TWO)
    write(accept, two.answering, code=code, promise=two.promise())
    assert _figures(two.pool_id) == (3, 1, 2)
    write(hand_over, two.answering, code=code, received_by="Rini", came=came)
    assert _figures(two.pool_id) == after
    missing = [e.facts for e in db.session.scalars(select(AuditEntry)) if "missing" in e.action]
    assert missing == ([{"places": 3}] if came == 8 else [])


def test_a_conditional_acceptance_holds_and_a_late_arrival_finds_its_place_again(
    app: Flask,
) -> None:
    two = make_two()
    code = make_sent(two)
    write(accept_conditionally, two.answering, code=code, promise=two.promise(),
          conditions="A health check first")  # fmt: skip
    assert _figures(two.pool_id) == (1, 1, 1)
    write(lapse, code=code)
    assert _figures(two.pool_id) == (0, 1, 2)
    write(accept, two.answering, code=code, promise=two.promise())
    write(miss, two.answering, code=code)
    assert _figures(two.pool_id) == (1, 1, 1)
    write(hand_over, two.answering, code=code, received_by="Rini")
    assert _figures(two.pool_id) == (0, 2, 1)
    states = list(db.session.scalars(select(Hold.state).order_by(Hold.id)))
    assert states == [Holding.LAPSED, Holding.TAKEN]


def test_an_arrival_event_keeps_places_longer_and_never_shorter(app: Flask) -> None:
    two = make_two()
    code = make_accepted(two)
    hold = db.session.scalars(select(Hold)).one()
    before, late = hold.until, now() + timedelta(hours=20)
    assert before is not None
    for until, kept in ((before - timedelta(hours=1), before), (late, late), (before, late)):
        with writing():
            extend_holds(two.sending, _referral(code), until=until)
        assert db.session.scalars(select(Hold.until)).one() == kept
    with writing():
        keep_until_arrival(two.sending, _referral(code), expected_at=late)
    assert db.session.scalars(select(Hold.until)).one() == late + AFTER_ARRIVAL


def test_the_clerks_word_keeps_what_is_held(app: Flask) -> None:
    two = make_two(beds=(4, 1))
    make_accepted(two)
    with pytest.raises(RefusedError):
        write(say_free, two.answering, pool_id=two.pool_id, free=4)
    write(say_free, two.answering, pool_id=two.pool_id, free=3)
    assert _figures(two.pool_id) == (1, 0, 3)


def test_the_senders_move_frees_the_receivers_place_behind_its_wall(
    app: Flask, tmp_path: Path
) -> None:
    """Each side's transaction asks on its own behalf; the place is the other's."""
    two = make_two()
    code = make_sent(two)
    answering, sending, promise = two.answering, two.sending, two.promise()
    with behind_walls(app, tmp_path):
        with acting(answering):
            write(accept, answering, code=code, promise=promise)
        with acting(sending):
            write(cancel, sending, code=code, reason=Cancel.NEED_GONE)
    assert _figures(two.pool_id) == (0, 1, 2)


def test_an_acceptance_by_phone_holds_the_receivers_place(app: Flask, tmp_path: Path) -> None:
    two = make_two()
    code = make_sent(two)
    answering, sending, promise = two.answering, two.sending, two.promise()
    with behind_walls(app, tmp_path), acting(sending):
        write(accept, sending, code=code, promise=promise, by_phone_from="Ibu Rini")
    assert _figures(two.pool_id) == (1, 1, 1)
    with behind_walls(app, tmp_path), acting(answering):
        write(decline, answering, code=code, reason=Decline.FULL)
    assert _figures(two.pool_id) == (0, 1, 2)


def test_the_check_finds_a_figure_without_a_hold(app: Flask) -> None:
    two = make_two()
    make_accepted(two)
    run = app.test_cli_runner()
    told = run.invoke(args=["referral", "places", "check"])
    assert (told.exit_code, told.output) == (0, "All pools agree with what is held.\n")
    with writing():
        db.session.get_one(Pool, two.pool_id).held = 2
    db.session.rollback()
    told = run.invoke(args=["referral", "places", "check"])
    assert told.exit_code == 1
    assert f"{two.pool_id}" in told.output
    assert "the pool says 2 held, the holds are 1" in told.output
