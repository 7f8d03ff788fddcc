"""Addresses: the gazetteer first, then a geocoder on a local port that answers as it likes."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from geopy.location import Location
from sqlalchemy import func, select, update

from agencies.commands.geocoding import forget_expired
from agencies.models.geocoding import GeocodedAddress
from agencies.queries.geocoding import (
    NO_ANSWER,
    AddressServiceError,
    OfflineGazetteer,
    find_address,
    geocoder_chain,
)
from agencies.queries.places import How
from core import worker
from core.actors import SYSTEM
from core.clock import now
from core.db import db, write, writing
from tests.support.places import gazetteer, load
from tests.support.service import Asked, Reply, Service, service

MakeApp = Callable[..., Flask]
ADDRESS = "Jl. Melati Raya No. 7, Ciracas"
HERE = (-6.32012, 106.90099)
NOMINATIM = [
    {"lat": str(HERE[0]), "lon": str(HERE[1]), "display_name": "Jalan Melati Raya, Cipayung"},
    {"lat": "-6.3210", "lon": "106.9020", "display_name": "Jalan Melati Raya, Cipayung"},
]
PHOTON = {
    "features": [
        {
            "geometry": {"coordinates": [HERE[1], HERE[0]]},
            "properties": {"name": "Jalan Melati Raya", "countrycode": "ID"},
        },
        {"geometry": {"coordinates": [101.7, 3.1]}, "properties": {"countrycode": "MY"}},
    ]
}
GOOD = {"nominatim": Reply(NOMINATIM), "photon": Reply(PHOTON)}
EMPTY = {"nominatim": Reply([]), "photon": Reply({"features": []})}


@pytest.fixture(params=["nominatim", "photon"])
def kind(request: pytest.FixtureRequest) -> str:
    """Each of the geocoders that can be configured."""
    return str(request.param)


@pytest.fixture
def provider(kind: str) -> Iterator[Service]:
    """One that knows the address."""
    with service(GOOD[kind]) as running:
        yield running


@pytest.fixture
def app(make_app: MakeApp, kind: str, provider: Service, tmp_path: Path) -> Flask:
    """The app with that geocoder and a small gazetteer."""
    made = make_app(geocoder=kind, geocoder_url=f"{provider.url}/base/", geocoder_timeout=0.5)
    assert load(made, gazetteer(tmp_path)).exit_code == 0
    return made


def _kept() -> int:
    count = db.session.scalar(select(func.count()).select_from(GeocodedAddress))
    db.session.rollback()
    return count or 0


@pytest.mark.both_databases
def test_an_address_is_found_and_remembered(app: Flask, kind: str, provider: Service) -> None:
    """One point a district, named by the gazetteer; the second time nobody is asked."""
    found = find_address(ADDRESS)
    assert (found.how, found.certain) == (How.ADDRESS, True)
    choice = found[0]
    assert (choice.latitude, choice.longitude, choice.code) == (*HERE, "")
    assert choice.full_name == "Cipayung, Jakarta Timur, DKI Jakarta"
    assert find_address("  jl melati raya NO 7; ciracas ") == found
    assert len(provider.asked) == 1
    asked = provider.asked[0]
    assert asked.path == {"nominatim": "/base/search", "photon": "/base/api"}[kind]
    assert asked.parameters["q"] == [ADDRESS]
    assert asked.headers["User-Agent"] == "rujukan"


def test_only_indonesia_is_asked_for(app: Flask, kind: str, provider: Service) -> None:
    """By country for Nominatim, by box for Photon; an answer from elsewhere is left out."""
    assert len(find_address(ADDRESS)) == 1
    parameters = provider.asked[0].parameters
    if kind == "nominatim":
        assert parameters["countrycodes"] == ["id"]
    else:
        assert parameters["bbox"] == ["94.5,-11.5,141.5,6.5"]
    far = {
        "nominatim": [{"lat": "52.1", "lon": "4.3", "display_name": "x"}],
        "photon": {"features": [{"geometry": {"coordinates": [4.3, 52.1]}, "properties": {}}]},
    }
    provider.reply = lambda _asked: Reply(far[kind])
    assert not find_address("Jl. Java 7, Den Haag")


def test_several_districts_are_choices(app: Flask, kind: str, provider: Service) -> None:
    """The same street in two districts: a choice, not a guess."""
    other = (-6.4297, 106.8028)  # in Depok
    provider.reply = lambda _asked: Reply(
        [*NOMINATIM, {"lat": str(other[0]), "lon": str(other[1]), "display_name": "x"}]
        if kind == "nominatim"
        else {
            "features": [
                *PHOTON["features"],
                {"geometry": {"coordinates": [other[1], other[0]]}, "properties": {}},
            ]
        }
    )
    found = find_address(ADDRESS)
    assert [choice.parents for choice in found] == [
        ("Jakarta Timur", "DKI Jakarta"),
        ("Kota Depok", "Jawa Barat"),
    ]
    assert not found.certain


def test_a_name_of_the_gazetteer_asks_nobody(app: Flask, provider: Service) -> None:
    """Names, codes and coordinates are found offline."""
    for text in ("Cipayung", "Jaktim", "31.75.10", "-6.32, 106.9", "Kramat Djati", "", "?"):
        find_address(text)
    assert provider.asked == []
    assert find_address("Jaktim").only == find_address("31.75").only


def test_nothing_found_is_remembered_for_a_day(app: Flask, kind: str, provider: Service) -> None:
    """The area at the end of the address is offered, and confirmed by the worker."""
    provider.reply = lambda _asked: EMPTY[kind]
    found = find_address("Jl. Melati Raya No. 7, Cipayung, Depok")
    assert (found.how, found.certain) == (How.PART, False)
    assert [choice.code for choice in found] == ["32.76.07"]
    assert not find_address("Jl. Tidak Ada 9")
    assert not find_address("Jl. Tidak Ada 9")
    assert len(provider.asked) == 2
    left = db.session.scalar(select(func.max(GeocodedAddress.expires_at)))
    assert isinstance(left, datetime)
    assert left < now() + timedelta(days=1, minutes=1)


REFUSALS = [
    Reply(status=500),
    Reply(status=429),
    Reply(status=403, text="no"),
    Reply(text="<html>"),
    Reply(text=""),
    Reply({"error": "Unable to do anything"}),
    Reply([{"lat": "north", "lon": "east"}]),
    Reply({"features": [{"geometry": None, "properties": {}}]}),
    Reply(42),
    Reply([1, 2]),
    Reply(text='"' + "x" * 5_000_000 + '"'),
]


def _always(reply: Reply) -> Callable[[Asked], Reply]:
    return lambda _asked: reply


def test_a_geocoder_in_trouble_has_one_sentence(app: Flask, provider: Service) -> None:
    """Faults, refusals and nonsense: the same way on for the worker, and nothing is kept."""
    for reply in REFUSALS:
        provider.reply = _always(reply)
        with pytest.raises(AddressServiceError) as error:
            find_address(ADDRESS)
        assert [(t.field, t.message) for t in error.value.troubles] == [("place", NO_ANSWER)]
    assert len(provider.asked) == len(REFUSALS)
    assert _kept() == 0


@pytest.mark.parametrize(
    "reply", [Reply(wait=True), Reply(text=" " * 400, drip=0.1)], ids=["silent", "dripping"]
)
def test_a_slow_geocoder_is_given_up_in_time(app: Flask, provider: Service, reply: Reply) -> None:
    """Whether it says nothing or one byte at a time: half a second was said."""
    provider.reply = lambda _asked: reply
    start = time.monotonic()
    with pytest.raises(AddressServiceError):
        find_address(ADDRESS)
    assert time.monotonic() - start < 2.0


def test_a_redirect_is_not_followed(app: Flask, kind: str, provider: Service) -> None:
    """What was typed is for the configured geocoder alone."""
    with service(GOOD[kind]) as other:
        provider.reply = lambda asked: Reply(status=302, location=other.url + asked.path)
        with pytest.raises(AddressServiceError):
            find_address(ADDRESS)
        assert other.asked == []


def test_choices_help_on_when_the_geocoder_is_down(app: Flask, provider: Service) -> None:
    """Without it a mistake in a name or the end of the address still leads somewhere."""
    provider.reply = lambda _asked: Reply(status=503)
    assert [choice.code for choice in find_address("Cipayng, Depok")] == ["32.76.07"]
    assert find_address("Jl. Melati 7, Cipayung").how is How.PART


@pytest.mark.both_databases
def test_nobody_waits_for_it_inside_a_write(app: Flask, provider: Service) -> None:
    """A lock that waits for a stranger's server would stop everybody's work."""
    with pytest.raises(RuntimeError, match="write transaction"), writing():
        find_address(ADDRESS)
    assert provider.asked == []

    def reply(_asked: Asked) -> Reply:
        # While it is asked, somebody else can write.
        with app.app_context():
            write(lambda: db.session.add(worker.Duty(name="beside", done_at=now())))
            db.session.remove()
        return EMPTY["nominatim"] if provider.asked[0].path.endswith("search") else EMPTY["photon"]

    provider.reply = reply
    db.session.get(worker.Duty, "beside")  # a read is under way
    find_address("Jl. Lain 3")
    assert db.session.get(worker.Duty, "beside")


@pytest.mark.both_databases
def test_answers_expire(app: Flask, provider: Service) -> None:
    """After the said days it is asked again, and the worker removes the row."""
    find_address(ADDRESS)
    with writing():
        db.session.execute(update(GeocodedAddress).values(expires_at=now() - timedelta(seconds=1)))
    find_address(ADDRESS)
    assert len(provider.asked) == 2
    with writing():
        db.session.execute(update(GeocodedAddress).values(expires_at=now() - timedelta(seconds=1)))
    assert write(forget_expired, SYSTEM) == 1
    assert _kept() == 0


def test_the_worker_forgets_by_itself(app: Flask) -> None:
    """It is a duty of the worker process."""
    find_address(ADDRESS)
    with writing():
        db.session.execute(update(GeocodedAddress).values(expires_at=now() - timedelta(seconds=1)))
    worker.one_round()
    assert _kept() == 0


@pytest.mark.parametrize("days", [0, 1])
def test_the_days_of_the_setting_hold(
    make_app: MakeApp, kind: str, provider: Service, days: int
) -> None:
    """With 0 nothing is kept; when the days were made fewer, older answers are not used."""
    many = make_app(geocoder=kind, geocoder_url=provider.url, geocoder_cache_days=30)
    load(many)
    find_address(ADDRESS)
    few = make_app(geocoder=kind, geocoder_url=provider.url, geocoder_cache_days=days)
    find_address(ADDRESS, few.config["RUJUKAN"])
    assert len(provider.asked) == 2


def test_down_means_down(make_app: MakeApp, tmp_path: Path) -> None:
    """Nobody listens, or the address of the setting is none."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    app = make_app(geocoder="photon", geocoder_url=f"http://127.0.0.1:{port}")
    for url in (f"http://127.0.0.1:{port}", "nonsense", "file:///etc", "http://[::1"):
        settings = app.config["RUJUKAN"]
        with pytest.raises(AddressServiceError):
            find_address(ADDRESS, replace(settings, geocoder_url=url))


def test_without_a_geocoder_the_area_is_offered(make_app: MakeApp, tmp_path: Path) -> None:
    """Nothing leaves the house, and the end of an address still helps."""
    app = make_app()
    load(app, gazetteer(tmp_path))
    assert len(geocoder_chain(app.config["RUJUKAN"])) == 1
    found = find_address("Jl. Melati Raya 7 Cipayung")
    assert found.how is How.PART
    assert {choice.code for choice in found} == {"31.75.10", "32.76.07", "31.75.10.1001"}
    assert not find_address("Jl. Melati Raya 7")


@pytest.mark.both_databases
def test_the_gazetteer_speaks_geopy(make_app: MakeApp, tmp_path: Path) -> None:
    """`geocode` and `reverse` give geopy's locations; several of a name are never one."""
    load(make_app(), gazetteer(tmp_path))
    offline = OfflineGazetteer()
    city = offline.geocode("Jaktim")
    assert isinstance(city, Location)
    assert (city.address, city.raw["code"]) == ("Jakarta Timur, DKI Jakarta", "31.75")
    assert (city.latitude, city.longitude) == (-6.25497, 106.90069)
    assert offline.geocode("Cipayung") is None
    several = offline.geocode("Cipayung", exactly_one=False)
    assert isinstance(several, list)
    assert len(several) == 3
    assert offline.geocode("Cipayng", exactly_one=False) is None
    around = offline.reverse("-6.3250, 106.9030")
    assert isinstance(around, Location)
    assert around.raw["code"] == "31.75.10"
    assert isinstance(offline.reverse((-6.325, 106.903), exactly_one=False), list)
    assert offline.reverse((51.5, 0.0)) is None
