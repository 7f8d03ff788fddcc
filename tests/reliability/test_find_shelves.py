"""What find keeps in memory is dropped when it must be, kept when it may be, and never leaks.

That every answer is right is proved by the oracle (test_find_oracle*.py); here it is looked at
what makes it so: the generation, and which shelves outlive which change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from agencies.commands.beds import say_beds
from agencies.commands.generation import begin_era
from agencies.commands.index import forget_offer, refresh_offers
from agencies.models import FindGeneration, Location, Offer, Pool
from agencies.queries.find import ask
from agencies.queries.find.answer import Answer
from agencies.queries.find.shelves import shelves
from agencies.queries.find.shelves.shelf import Shelf
from agencies.rules.needs import ROOF, Urgency
from agencies.rules.person import Person
from agencies.rules.question import Question
from core.actors import OPERATOR, Tier, visitor
from core.clock import now
from core.db import Snapshot, db, write, writing
from tests.conftest import fresh_url, running
from tests.synthetic import CITIES, make

pytestmark = pytest.mark.both_databases

SERVICES = 60
HERE = (CITIES[0].latitude, CITIES[0].longitude)
ROOFS = tuple(sorted(ROOF))


@dataclass(frozen=True)
class Two:
    """Two processes, so to say, on one database."""

    one: Flask
    other: Flask


@pytest.fixture
def two(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Iterator[Two]:
    """Two apps on a small synthetic registry, both of which have answered twice."""
    with (
        fresh_url(request, database, tmp_path) as url,
        running(url, tmp_path) as one,
        running(url, tmp_path) as other,
    ):
        with writing():
            make(SERVICES, seed=6).insert()
        for app in (one, other, one, other):  # what the first answer reads, the second keeps
            _ask(app)
        yield Two(one, other)


def _ask(app: Flask, tier: Tier = Tier.SECRET, need: str = "S1") -> Answer:
    moment = now()
    question = Question((need,), Person(), moment, moment, Urgency.ROUTINE)
    with app.app_context():
        return ask(visitor(tier), question, HERE, limit=50, wider=False)


def _shelf(app: Flask, codes: tuple[str, ...] = ROOFS, tier: Tier = Tier.SECRET) -> Shelf:
    with app.app_context():
        found = shelves().get(codes, tier.value)
    assert found is not None
    return found


def _number() -> int:
    db.session.rollback()
    return db.session.scalars(select(FindGeneration.number)).one()


def _a_pool() -> Pool:
    return db.session.scalars(
        select(Pool).where(Pool.capacity - Pool.held - Pool.closed > 1).order_by(Pool.id)
    ).all()[0]


def _take_all(pool: Pool) -> None:
    say_beds(OPERATOR, pool.id, occupied=pool.capacity - pool.held - pool.closed)


def test_a_figure_of_beds_renews_one_slot_in_every_process(two: Two) -> None:
    """The places stay, the offer's facts are read again, and nobody else's."""
    before = {app: _shelf(app) for app in (two.one, two.other)}
    with two.one.app_context():
        offer = db.session.get_one(Offer, _a_pool().offer_id)
        revision = offer.revision
        write(lambda: _take_all(_a_pool()))
    for app, shelf in before.items():
        after = _shelf(app)
        assert after is not shelf
        assert after.places is shelf.places
        changed = [
            slot
            for slot, (old, new) in enumerate(zip(shelf.revisions, after.revisions, strict=True))
            if old != new
        ]
        assert [after.revisions[slot] for slot in changed] == [revision + 1]
        # Whoever was in the middle of an answer goes on with what it began with.
        assert shelf.known[changed[0]] is not None
        assert after.known[changed[0]] is None


def test_the_next_question_of_another_process_knows_the_bed(two: Two) -> None:
    """As said a moment ago, with all that was kept for the old figure."""
    with two.one.app_context():
        pool = _a_pool()
        offer_id = pool.offer_id.hex
        write(lambda: _take_all(_a_pool()))
    for app in (two.other, two.one):
        answer = _ask(app)
        shown = [e.candidate for e in (*answer.results, *answer.near_misses)]
        figures = [f for c in shown if c.offer_id == offer_id for f in c.pools]
        assert any(figure.free == 0 for figure in figures)


def test_a_place_that_moves_is_on_another_shelf_everywhere(two: Two) -> None:
    """And one that goes is on none."""
    with two.one.app_context():
        offer = db.session.get_one(Offer, _a_pool().offer_id)
        offer_id, location_id = offer.id, offer.location_id

        def move() -> None:
            place = db.session.get_one(Location, location_id)
            place.latitude, place.longitude = -8.5, 140.4
            at = select(Offer.id).where(Offer.location_id == location_id)
            refresh_offers(list(db.session.scalars(at)))

        write(move)
    for app in (two.one, two.other):
        shelf = _shelf(app)
        at = [slot for slot, km in enumerate(shelf.places.points[:, 0]) if km == -8.5]
        assert at
    with two.other.app_context():
        write(forget_offer, offer_id)
    for app in (two.one, two.other):
        raw = {str(one).replace("-", "") for one in _shelf(app).offers}
        assert offer_id.hex not in raw


def test_what_is_rolled_back_was_never_said(two: Two) -> None:
    """The number grows with commits, once for each, and not with what failed."""
    with two.one.app_context():
        before = _number()

        def fail() -> None:
            _take_all(_a_pool())
            raise KeyError("on purpose")

        with pytest.raises(KeyError):
            write(fail)
        assert _number() == before
        shelf = _shelf(two.one)
        write(lambda: refresh_offers([offer.id for offer in db.session.scalars(select(Offer))]))
        assert _number() == before + 1
    assert _shelf(two.one) is not shelf


def test_a_restored_backup_may_count_the_same(two: Two) -> None:
    """Another era: everything is read again, whatever the number."""
    before = _shelf(two.one)
    with two.other.app_context(), writing():
        begin_era(db.session.connection())
    after = _shelf(two.one)
    assert after.places is not before.places
    assert set(after.offers) == set(before.offers)


def test_a_tier_never_meets_what_is_kept_for_another(two: Two) -> None:
    """The shelf of visitors holds public places alone, before and after others asked."""
    with two.one.app_context():
        public = {
            offer.id.hex
            for offer in db.session.scalars(select(Offer).join(Location).where(Location.tier == 0))
        }
    for tier in (Tier.SECRET, Tier.PUBLIC, Tier.NETWORK, Tier.PUBLIC):
        answer = _ask(two.one, tier)
        shown = {e.candidate.offer_id for e in (*answer.results, *answer.near_misses)}
        assert shown
        if tier is Tier.PUBLIC:
            assert shown <= public
            at = {str(o).replace("-", "") for o in _shelf(two.one, tier=tier).offers}
            assert at <= public


def test_what_is_in_memory_is_not_read_again(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of two equal questions asks the database for one number."""
    first = _ask(two.one)
    read: list[str] = []
    rows = Snapshot.rows

    def note(view: Snapshot, statement: str, parameters: tuple[object, ...]) -> list[object]:
        read.append(statement)
        return rows(view, statement, parameters)

    monkeypatch.setattr(Snapshot, "rows", note)
    second = _ask(two.one)
    assert [e.candidate for e in first.results] == [e.candidate for e in second.results]
    assert all("find_generation" in statement for statement in read)


def test_a_registry_that_is_too_large_is_walked_in_the_database(
    request: pytest.FixtureRequest, database: str, tmp_path: Path
) -> None:
    """More offers than the setting keeps: no shelves, the same answers."""
    with (
        fresh_url(request, database, tmp_path) as url,
        running(url, tmp_path, offers_cached=100) as app,
    ):
        with writing():
            make(300, seed=6).insert()
        assert _ask(app, need="P1").results
        with app.app_context():
            assert shelves().get(("P1",), Tier.PUBLIC.value) is None
            write(forget_offer, db.session.scalars(select(Offer.id)).all()[0])
            assert shelves().get(("P1",), Tier.PUBLIC.value) is None
