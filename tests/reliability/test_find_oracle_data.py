"""The synthetic registry is one that the application itself could have written."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from agencies.commands.index import refresh_offers
from agencies.models import (
    Agency,
    FindEntry,
    Location,
    LocationType,
    Offer,
    Pool,
    Precision,
    Schedule,
    Service,
    ServiceNeed,
    Status,
)
from agencies.rules.needs import Urgency
from agencies.rules.person import Disability
from core.db import db, write, writing
from core.geometry import published_centre
from tests import synthetic
from tests.synthetic import MADE_AT, make, questions

SERVICES = 280  # at about 300 places


@pytest.mark.both_databases
def test_the_index_is_what_refresh_offers_writes(app: Flask) -> None:
    """Row by row, revisions and the agencies' tiers included, for about 300 offers."""
    registry = make(SERVICES, seed=4)
    offers = [row["id"] for row in registry.rows[Offer]]
    assert len(offers) >= 300
    with writing():
        registry.insert()
    in_bulk = _index()
    with writing():
        db.session.execute(FindEntry.__table__.delete())  # type: ignore[attr-defined]
        for offer in db.session.scalars(select(Offer)):
            offer.revision = 0
        for agency in db.session.scalars(select(Agency)):
            agency.tier = 0
    assert _index() != in_bulk
    write(refresh_offers, offers)
    assert _index() == in_bulk


def _index() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], list[tuple[object, ...]]]:
    """The index, the revisions and the tiers."""
    db.session.rollback()
    columns = FindEntry.__table__.columns
    entries = db.session.execute(select(*columns).order_by(*columns)).all()
    offers = db.session.execute(select(Offer.id, Offer.revision).order_by(Offer.id)).all()
    tiers = db.session.execute(select(Agency.id, Agency.tier).order_by(Agency.id)).all()
    return [tuple(e) for e in entries], [tuple(o) for o in offers], [tuple(t) for t in tiers]


class TestMaking:
    registry = make(3_000, seed=2)

    def test_makes_so_many_services(self) -> None:
        assert len(self.registry.rows[Service]) == 3_000
        assert 3_000 <= len(self.registry.rows[Offer]) <= 3_600

    def test_follows_from_the_seed(self) -> None:
        assert make(200, seed=9).rows == make(200, seed=9).rows
        assert make(200, seed=9).rows != make(200, seed=10).rows

    def test_states_are_mixed(self) -> None:
        for model in (Service, Agency):
            states = Counter(row["status"] for row in self.registry.rows[model])
            assert set(states) == set(Status)
            assert states[Status.ACTIVE] > 0.9 * states.total()

    def test_secret_places_are_hidden(self) -> None:
        secret = [row for row in self.registry.rows[Location] if row["tier"] == 2]
        assert secret
        for row in secret:
            assert row["address"] is None
            if row["latitude"] is not None:
                point = (row["latitude"], row["longitude"])
                assert row["precision"] is Precision.HIDDEN
                assert point == published_centre(point)

    def test_some_are_on_the_phone_and_of_some_no_place_is_known(self) -> None:
        rows = self.registry.rows[Location]
        nowhere = [row for row in rows if row["latitude"] is None]
        virtual = [row for row in rows if row["type"] is LocationType.VIRTUAL]
        assert len(virtual) > 50
        assert len(nowhere) > len(virtual)

    def test_figures_are_fresh_and_stale(self) -> None:
        ages = [MADE_AT - row["said_at"] for row in self.registry.rows[Pool]]
        fresh = sum(age <= timedelta(hours=24) for age in ages)
        assert 0.5 < fresh / len(ages) < 0.9

    def test_hours_are_of_every_kind(self) -> None:
        rows = self.registry.rows[Schedule]
        assert {row["freq"] for row in rows} == {"WEEKLY", "MONTHLY"}
        assert {row["on_holidays"] for row in rows} == {"open", "closed", None}
        assert any(row["valid_to"] for row in rows)
        assert any(row["closes_at"] < row["opens_at"] for row in rows)

    def test_most_people_live_in_few_cities(self) -> None:
        cities = Counter(row["city"] for row in self.registry.rows[Location])
        assert len(cities) == len(synthetic.CITIES)
        assert cities["Jakarta"] > 5 * cities["Padang"] > 0

    def test_every_need_is_met_by_somebody(self) -> None:
        assert len({row["need"] for row in self.registry.rows[ServiceNeed]}) == 48


class TestQuestions:
    asked = questions(1_000, seed=3, points=[(-6.2, 106.8)], codes=["31.71.01"])

    def test_follow_from_the_seed(self) -> None:
        again = questions(1_000, seed=3, points=[(-6.2, 106.8)], codes=["31.71.01"])
        assert again == self.asked

    def test_use_every_filter(self) -> None:
        people = [asked.question.person for asked in self.asked]
        for fact in ("sex", "age", "age_certainty", "nationality", "id_document"):
            values = {getattr(person, fact) for person in people}
            assert len(values) >= 3, fact
        assert {len(person.children) for person in people} == {0, 1, 2, 3, 4}
        assert {kind for person in people for kind in person.disability} == set(Disability)
        assert len({need for asked in self.asked for need in asked.question.needs}) == 48
        assert {asked.limit for asked in self.asked} >= set(range(1, 51))
        assert {asked.tier for asked in self.asked} == {0, 1, 2}
        assert {asked.question.urgency for asked in self.asked} == set(Urgency)

    def test_are_asked_from_everywhere_and_for_any_hour(self) -> None:
        origins = [asked.origin for asked in self.asked]
        assert None in origins
        assert (-6.2, 106.8) in origins
        assert set(synthetic.FAR_POINTS) <= set(origins)
        hours = {asked.question.at.astimezone(ZoneInfo("Asia/Jakarta")).hour
                 for asked in self.asked}  # fmt: skip
        assert hours == set(range(24))
