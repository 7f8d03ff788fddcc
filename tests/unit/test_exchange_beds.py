"""The clerk says how many beds are taken."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from agencies.commands.beds import say_beds
from agencies.models import Offer, Pool
from core.actors import OPERATOR
from core.clock import now
from core.db import db, write, writing
from core.errors import RefusedError
from tests.support.exchange import csv_of, flask_agencies, row, save

POOL = "Kamar: capacity=10 occupied=4 at=2026-11-20T18:00+07:00"


@pytest.fixture
def pool_id(app: Flask, tmp_path: Path) -> uuid.UUID:
    """A pool of ten, four taken, two held."""
    flask_agencies(app, "import", save(tmp_path, csv_of([row(places=POOL)])))
    with writing():
        db.session.execute(update(Pool).values(held=2))
    return db.session.scalars(select(Pool.id)).one()


def _pool() -> Pool:
    db.session.rollback()
    return db.session.scalars(select(Pool)).one()


@pytest.mark.both_databases
def test_figures_and_their_age(app: Flask, pool_id: uuid.UUID) -> None:
    """What is said is kept with the moment and who said it, and find reads it again."""
    revision = db.session.scalars(select(Offer.revision)).one()
    write(say_beds, OPERATOR, pool_id, occupied=7, closed=1, said_by="petugas piket")
    pool = _pool()
    assert (pool.occupied, pool.closed, pool.held, pool.free) == (7, 1, 2, 0)
    assert now() - pool.said_at < timedelta(minutes=1)
    assert pool.said_by == "petugas piket"
    assert db.session.scalars(select(Offer.revision)).one() == revision + 1


@pytest.mark.parametrize(
    ("figures", "field", "said"),
    [
        ({"occupied": 9}, "occupied", "9 places are taken or closed and 2 held, but there are 10"),
        ({"occupied": 4, "closed": 5}, "occupied", "9 places"),
        ({"occupied": -1}, "occupied", "below 0"),
        ({"closed": -1}, "closed", "below 0"),
    ],
)
def test_what_cannot_be_is_refused(
    app: Flask, pool_id: uuid.UUID, figures: dict[str, Any], field: str, said: str
) -> None:
    """And nothing changes, not even the age of the figures."""
    before = _pool().said_at
    with pytest.raises(RefusedError, match=said) as error:
        write(say_beds, OPERATOR, pool_id, **figures)
    assert error.value.troubles[0].field == field
    assert (_pool().occupied, _pool().said_at) == (4, before)


def test_saying_the_same_makes_it_young(app: Flask, pool_id: uuid.UUID) -> None:
    """A figure that is confirmed is a new figure."""
    write(say_beds, OPERATOR, pool_id)
    assert (_pool().occupied, now() - _pool().said_at < timedelta(minutes=1)) == (4, True)


def test_an_unknown_pool(app: Flask) -> None:
    """It may have been closed meanwhile."""
    with pytest.raises(RefusedError, match="no such pool"):
        write(say_beds, OPERATOR, uuid.uuid4(), occupied=1)


@pytest.mark.both_databases
def test_two_clerks_at_once(app: Flask, pool_id: uuid.UUID) -> None:
    """Whoever is last is believed; the figures of the two are never mixed or overfull."""

    def say(occupied: int, closed: int) -> None:
        with app.app_context():
            for _ in range(10):
                write(say_beds, OPERATOR, pool_id, occupied=occupied, closed=closed)
            db.session.remove()

    threads = [threading.Thread(target=say, args=figures) for figures in ((8, 0), (0, 8))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (_pool().occupied, _pool().closed) in {(8, 0), (0, 8)}
