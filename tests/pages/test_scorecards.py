"""How agencies answer: each sees its own card at once, coordinators all of them two weeks later."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from accounts.rules.rights import Role
from core.clock import now
from maps.queries.indicators.scorecards import cards
from referral.queries.published import Published, publication
from tests.conftest import fresh_url, running
from tests.factories import make_offer
from tests.support.html import check_page, text_of
from tests.support.logged import JANUARY, write_log
from tests.support.people import make_account, sign_in
from tests.support.publications import QUARTER, publish_quarter, withhold_quarter

OWN, ALL = "/scorecard", "/network/scorecards"
NAMES = ("Polres </script><b>", "Simpul", "Rumah Sakit", "Bantuan Hukum")
TYPES = ("POL", "UPTD", "PPT", "OBH")


@pytest.fixture(scope="module")
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """Four agencies that referred to each other in a quarter that was published."""
    folder = tmp_path_factory.mktemp("cards")
    with fresh_url(request, "sqlite", folder) as url, running(url, folder) as app:
        publish_quarter(app, agencies())
        yield app


def agencies() -> list[uuid.UUID]:
    """The four; made when they are first asked for."""
    if not _made:
        for name, kind in zip(NAMES, TYPES, strict=True):
            made = make_offer(agency={"name": name, "type": kind}, location={"area_code": "31.75"})
            _made.append(made.service.agency_id)
    return _made


_made: list[uuid.UUID] = []


def _client(app: Flask, role: Role, agency_id: uuid.UUID | None = None) -> FlaskClient:
    client = app.test_client()
    sign_in(client, make_account(role, agency_id=agency_id))
    client.set_cookie("language", "en")
    return client


def _text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer.headers["Cache-Control"] == "no-store"
    check_page(answer.text)
    assert "<b>" not in answer.text
    return re.sub(r"\s+", " ", text_of(answer.text))


def _published() -> Published:
    found = publication(QUARTER)
    assert found is not None
    return found


@contextmanager
def _two_weeks_later() -> Iterator[None]:
    with time_machine.travel(now() + timedelta(days=14, minutes=5)):
        yield


@pytest.mark.parametrize("role", [Role.MANAGER, Role.INTAKE, Role.WORKER])
def test_an_agency_sees_its_own_card_at_once(app: Flask, role: Role) -> None:
    """With its own counts, however few they are, and never another's."""
    received = _published().counts("receiver").cells
    for number, agency_id in enumerate(agencies()):
        text = _text(_client(app, role, agency_id), OWN)
        if (agency_id.hex,) in received:
            assert NAMES[number] in text
            assert re.search(r"Asked: \d+", text), text
            assert "fewer than 5, or hidden" not in text
            assert "For now only you see this." in text
            assert "Did not answer" in text
        else:
            assert "No card yet" in text
        assert not [name for n, name in enumerate(NAMES) if n != number and name in text]


def test_own_counts_are_what_happened(app: Flask) -> None:
    """Those that were published say the same."""
    for (agency,), count in _published().counts("receiver").cells.items():
        text = _text(_client(app, Role.WORKER, uuid.UUID(agency)), OWN)
        asked = re.search(r"Asked: (\d+)", text)
        assert asked is not None
        assert count in (None, int(asked[1]))
        if count is None:
            assert int(asked[1]) > 0


def test_coordinators_see_the_cards_two_weeks_later(app: Flask) -> None:
    """Until then a sentence; then what was published, small counts hidden, the silent first."""
    text = _text(_client(app, Role.COORDINATOR), ALL)
    assert "The agencies look first" in text
    assert not [name for name in NAMES if name in text]
    assert "Most silent:" not in _text(_client(app, Role.COORDINATOR), "/network")
    with _two_weeks_later():
        client = _client(app, Role.COORDINATOR)
        text = _text(client, ALL)
        told = cards(_published())
        for agency, card in told.items():
            name = NAMES[agencies().index(uuid.UUID(agency))]
            count = "fewer than 5, or hidden" if card.received is None else str(card.received)
            assert (f"{name} Asked: {count}Did not" in text) is card.says_anything
        quiet = sum(not card.says_anything for card in told.values())
        assert ("nothing is shown" in text) is bool(quiet)
        shares = [int(one) for one in re.findall(r"Did not answer: (\d+) % \(", text)]
        assert shares == sorted(shares, reverse=True)
        is_told = any(card.silent for card in told.values())
        assert ("Most silent:" in _text(client, "/network")) is is_told
        assert "For now only you see this." not in _text(
            _client(app, Role.MANAGER, agencies()[1]), OWN
        )


def test_who_belongs_nowhere_sees_no_card(app: Flask) -> None:
    """Coordinators have no card of their own, managers see nobody else's; visitors sign in."""
    client = _client(app, Role.COORDINATOR)
    assert client.get(OWN).status_code == 404
    assert 'href="/scorecard"' not in client.get("/network").text
    client = _client(app, Role.MANAGER, agencies()[0])
    assert client.get(ALL).status_code == 404
    assert 'href="/scorecard"' in client.get(OWN).text
    assert app.test_client().get(OWN).status_code == 302


def test_before_anything_is_published_and_when_it_is_withheld(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A sentence, and no card, although the agency was asked."""
    folder = tmp_path_factory.mktemp("none")
    with fresh_url(request, "sqlite", folder) as url, running(url, folder) as app:
        some = [make_offer().service.agency_id for _ in range(2)]
        write_log(some, 8, begins=JANUARY, days=80, ways=2)
        for _state in ("nothing", "withheld"):
            assert "No card yet" in _text(_client(app, Role.MANAGER, some[0]), OWN)
            told = _text(_client(app, Role.COORDINATOR), ALL)
            assert ("No card yet" in told) == (_state == "nothing")
            assert ("No card for this period" in told) == (_state == "withheld")
            if _state == "nothing":
                withhold_quarter()
