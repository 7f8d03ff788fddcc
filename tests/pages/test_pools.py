"""A manager says which pools of places there are; who is in them stays what it is."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import AuditEntry
from accounts.rules.rights import Role
from agencies.models import EntryChange, FactCheck, Offer, Pool, PoolSex, PoolUnit
from core.db import db, writing
from tests.factories import WELCOMES_ALL, make_offer
from tests.support.html import all_of, check_page, parse, text_of
from tests.support.people import make_account, sign_in
from tests.support.sending import post

pytestmark = pytest.mark.both_databases(in_soak=True)


@pytest.fixture
def offer(app: Flask) -> Offer:
    """A shelter with one pool of six places, three of them taken, said 30 h ago."""
    return make_offer(beds=(6, 3), said_hours_ago=30, hours=None, **WELCOMES_ALL)


@pytest.fixture
def manager(app: Flask, offer: Offer) -> FlaskClient:
    """Its manager's browser."""
    client = app.test_client()
    sign_in(client, make_account(Role.MANAGER, agency_id=offer.service.agency_id))
    client.get("/?lang=en")
    return client


def _page(offer: Offer) -> str:
    return f"/entry/offer/{offer.id}/beds"


def _sent(client: FlaskClient, offer: Offer, **typed: str) -> dict[str, str]:
    """The form as it stands there, with some boxes filled in anew."""
    tree = parse(client.get(_page(offer)).text)
    form = next(f for f in all_of(tree, "form") if f.get("id") == "edit")
    values = {i.get("name"): i.get("value") or "" for i in all_of(form, "input")}
    for select in all_of(form, "select"):
        chosen = [o for o in all_of(select, "option") if o.get("selected") is not None]
        values[select.get("name")] = chosen[0].get("value")
    return {**values, **typed}


def _save(client: FlaskClient, offer: Offer, **typed: str) -> Any:
    return client.post(_page(offer), data=_sent(client, offer, **typed))


def _pools() -> list[Pool]:
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Pool).order_by(Pool.position, Pool.id).all()


def _undo(client: FlaskClient) -> Any:
    db.session.rollback()
    last = db.session.query(EntryChange).order_by(EntryChange.id.desc()).first()
    assert last is not None
    return post(client, "/entry/undo", change=str(last.id))


def test_a_pool_is_added_and_counts_as_full_until_beds_are_said(
    app: Flask, offer: Offer, manager: FlaskClient
) -> None:
    check_page(manager.get(_page(offer)).text)
    assert _page(offer) in manager.get("/entry").text
    said = _pools()[0].said_at
    made = _save(
        manager, offer, label_2="Ibu dan anak", sex_2="female", low_2="0", high_2="60",
        unit_2="family", capacity_2="4", closed_2="1",
    )  # fmt: skip
    assert made.status_code == 303
    old, new = _pools()
    assert (old.capacity, old.occupied, old.said_at) == (6, 3, said)
    assert (new.label, new.sex, new.unit) == ("Ibu dan anak", PoolSex.FEMALE, PoolUnit.FAMILY)
    assert (new.minimum_age, new.maximum_age, new.capacity, new.closed, new.free) == (
        0,
        60,
        4,
        1,
        0,
    )
    assert post(manager, "/beds", pool=str(new.id), free="2").status_code == 303
    assert _pools()[1].free == 2
    # Nobody said anything about who is in the old pool: its figure stays as old as it was.
    assert not db.session.query(FactCheck).all()
    history = text_of(manager.get("/entry/history").text)
    assert "Ibu dan anak (women and girls, 0 to 60 years, one family a place): 4 places" in history


def test_a_pool_is_renamed_resized_and_closed_and_stays_the_same(
    app: Flask, offer: Offer, manager: FlaskClient
) -> None:
    own_id = _pools()[0].id
    assert (
        _save(manager, offer, label_1="Perempuan", capacity_1="9", closed_1="2").status_code == 303
    )
    (pool,) = _pools()
    assert (pool.id, pool.label, pool.capacity, pool.closed) == (own_id, "Perempuan", 9, 2)
    assert (pool.occupied, pool.free) == (3, 4)
    db.session.rollback()
    entry = db.session.query(AuditEntry).filter_by(action="entry.changed").one()
    assert entry.facts["fields"] == ["pools"]


def test_nobody_is_counted_away(app: Flask, offer: Offer, manager: FlaskClient) -> None:
    with writing():
        db.session.query(Pool).one().held = 2
    for typed in ({"capacity_1": "4"}, {"closed_1": "2"}):
        refused = _save(manager, offer, **typed)
        assert refused.status_code == 422
        check_page(refused.text)
        words = text_of(refused.text)
        assert "3 places are occupied, 2 held" in words
        assert "there must be at least" in words
    gone = _save(manager, offer, label_1="")
    assert gone.status_code == 422
    assert "cannot be taken away: 3 places are occupied and 2 held" in text_of(gone.text)
    (pool,) = _pools()
    assert (pool.capacity, pool.closed, pool.held) == (6, 0, 2)


def test_an_empty_pool_is_taken_away_and_comes_back(
    app: Flask, offer: Offer, manager: FlaskClient
) -> None:
    post(manager, "/beds", pool=str(_pools()[0].id), free="6")
    assert _save(manager, offer, label_1="").status_code == 303
    assert _pools() == []
    assert _undo(manager).status_code == 303
    (pool,) = _pools()
    assert (pool.label, pool.capacity) == ("Kamar Melur", 6)


def test_undo_keeps_who_came_since(app: Flask, offer: Offer, manager: FlaskClient) -> None:
    """Beds are said all the time; that does not stand in the way of putting the structure back."""
    assert _save(manager, offer, capacity_1="9").status_code == 303
    post(manager, "/beds", pool=str(_pools()[0].id), free="4")
    assert _undo_of_edit(manager).status_code == 303
    (pool,) = _pools()
    assert (pool.capacity, pool.occupied, pool.free) == (6, 5, 1)


def test_undo_that_would_count_somebody_away_is_refused(
    app: Flask, offer: Offer, manager: FlaskClient
) -> None:
    assert _save(manager, offer, capacity_1="9").status_code == 303
    post(manager, "/beds", pool=str(_pools()[0].id), free="0")
    _undo_of_edit(manager)
    assert _pools()[0].capacity == 9


def _undo_of_edit(client: FlaskClient) -> Any:
    db.session.rollback()
    edit = db.session.query(EntryChange).filter_by(cause="edit").one()
    return post(client, "/entry/undo", change=str(edit.id))


def test_a_clerk_who_was_quicker_is_not_overwritten(
    app: Flask, offer: Offer, manager: FlaskClient
) -> None:
    sent = _sent(manager, offer, capacity_1="8")
    post(manager, "/beds", pool=str(_pools()[0].id), free="1")
    told = manager.post(_page(offer), data=sent)
    assert told.status_code == 422
    assert "Somebody else changed this meanwhile" in text_of(told.text)
    assert 'value="8"' in told.text
    assert (_pools()[0].capacity, _pools()[0].occupied) == (6, 5)


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ({"capacity_1": "x"}, "capacity_1"),
        ({"capacity_1": ""}, "capacity_1"),
        ({"low_1": "70", "high_1": "60"}, "low_1"),
        ({"label_2": "Kamar Melur", "capacity_2": "1"}, "label_2"),
        ({"label_1": "x" * 61}, "label_1"),
    ],
)
def test_what_cannot_be_read_is_said_beside_it(
    app: Flask, offer: Offer, manager: FlaskClient, typed: dict[str, str], where: str
) -> None:
    refused = _save(manager, offer, **typed)
    assert refused.status_code == 422
    check_page(refused.text)
    assert f'id="{where}-error"' in refused.text


def test_others_find_no_such_form(app: Flask, offer: Offer) -> None:
    for role in (Role.INTAKE, Role.WORKER):
        client = app.test_client()
        sign_in(client, make_account(role, agency_id=offer.service.agency_id))
        assert client.get(_page(offer)).status_code == 404
