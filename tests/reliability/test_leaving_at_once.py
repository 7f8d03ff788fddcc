"""Who leaves at the same moment: however they meet, somebody stays, and nobody gets an error."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from accounts.commands.leaving import end_memberships
from accounts.models import Account, Membership
from accounts.queries.who import actor_of
from accounts.rules.rights import Role
from core.actors import Actor
from core.clock import now
from core.db import db, write, writing
from core.errors import RefusedError
from tests.conftest import MakeApp
from tests.factories import make_offer
from tests.support.people import make_account

pytestmark = pytest.mark.both_databases

ROUNDS = 6
Leaver = tuple[Actor, list[uuid.UUID]]  # who ends which memberships


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The app as it runs for real."""
    return make_app(demo=False)


@contextmanager
def in_step(threads: int, patience: float) -> Iterator[None]:
    """After each statement that locks memberships, wait for the other threads to come as far.

    So whoever locks in two steps meets the others between them, every time. Who waits for a lock
    cannot come: then the patience ends, and the holder goes on.
    """
    barrier = threading.Barrier(threads)

    def wait(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "FROM membership" in statement and "FOR UPDATE" in statement:
            with suppress(threading.BrokenBarrierError):
                barrier.wait(patience)

    event.listen(db.engine, "after_cursor_execute", wait)
    try:
        yield
    finally:
        event.remove(db.engine, "after_cursor_execute", wait)


def at_once(app: Flask, leavers: list[Leaver], patience: float) -> tuple[int, list[Exception]]:
    """All at once: how many were refused, and every other error."""
    start = threading.Barrier(len(leavers))
    refused: list[int] = []
    errors: list[Exception] = []

    def leave(actor: Actor, ids: list[uuid.UUID]) -> None:
        with app.app_context():
            start.wait()
            try:
                write(end_memberships, actor, membership_ids=ids)
            except RefusedError:
                refused.append(1)
            except Exception as error:
                errors.append(error)
            finally:
                db.session.remove()

    db.session.remove()
    with in_step(len(leavers), patience):
        threads = [threading.Thread(target=leave, args=one) for one in leavers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return len(refused), errors


def _held(account: Account) -> list[uuid.UUID]:
    rows = db.session.query(Membership).filter_by(account_id=account.id, ended_at=None)
    return [row.id for row in rows.order_by(Membership.id)]


def _agency() -> uuid.UUID:
    found = make_offer().service.agency_id
    assert found
    return found


def _give(account: Account, role: Role, agency_id: uuid.UUID) -> None:
    with writing():
        row = Membership(account_id=account.id, role=role, agency_id=agency_id, began_at=now())
        db.session.add(row)


def _both_leave() -> list[Leaver]:
    agency = _agency()
    pair = [make_account(Role.MANAGER, agency_id=agency) for _ in range(2)]
    return [(actor_of(one, strong=True), _held(one)) for one in pair]


def _each_ends_the_other() -> list[Leaver]:
    agency = _agency()
    one, two = (make_account(Role.MANAGER, agency_id=agency) for _ in range(2))
    return [(actor_of(one, strong=True), _held(two)), (actor_of(two, strong=True), _held(one))]


def _both_end_both() -> list[Leaver]:
    agency = _agency()
    pair = [make_account(Role.MANAGER, agency_id=agency) for _ in range(2)]
    stays = make_account(Role.MANAGER, agency_id=agency)
    ids = [row for one in pair for row in _held(one)]
    # The third would be the last; whoever comes second finds nothing of what they would end.
    return [(actor_of(stays, strong=True), ids), (actor_of(pair[0], strong=True), _held(stays))]


def _of_two_agencies() -> list[Leaver]:
    """Made crosswise, so that the order of ids is not that of agencies."""
    first, second = _agency(), _agency()
    one = make_account(Role.MANAGER, agency_id=first)
    two = make_account(Role.MANAGER, agency_id=second)
    _give(one, Role.MANAGER, second)
    _give(two, Role.MANAGER, first)
    return [(actor_of(x, strong=True), _held(x)[::step]) for x, step in ((one, 1), (two, -1))]


def _with_another_role() -> list[Leaver]:
    agency = _agency()
    one = make_account(Role.WORKER, Role.MANAGER, agency_id=agency)
    two = make_account(Role.MANAGER, Role.WORKER, agency_id=agency)
    return [(actor_of(x, strong=True), _held(x)) for x in (one, two)]


def _administrators() -> list[Leaver]:
    with writing():
        db.session.query(Membership).update({"ended_at": now()})
    pair = [make_account(Role.ADMINISTRATOR) for _ in range(2)]
    return [(actor_of(one, strong=True), _held(one)) for one in pair]


def _three() -> list[Leaver]:
    agency = _agency()
    group = [make_account(Role.MANAGER, agency_id=agency) for _ in range(3)]
    return [(actor_of(one, strong=True), _held(one)) for one in group]


@pytest.mark.parametrize(
    "meet",
    [
        _both_leave,
        _each_ends_the_other,
        _both_end_both,
        _of_two_agencies,
        _with_another_role,
        _administrators,
        _three,
    ],
)
def test_somebody_stays(app: Flask, meet: Callable[[], list[Leaver]]) -> None:
    """Exactly one is refused, whoever comes first, and is told so instead of an error."""
    for round_ in range(ROUNDS):
        leavers = meet()
        # In the first rounds between each other's locks, then as it comes.
        refused, errors = at_once(app, leavers, 0.2 if round_ < ROUNDS / 2 else 0.001)
        assert (refused, errors) == (1, []), (round_, meet.__name__)
