"""Import, export, import: nothing is lost, whatever was in the file."""

from __future__ import annotations

import json
import string
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.exchange import week
from agencies.exchange.cells import spell_areas
from agencies.exchange.importing import Wishes, import_file
from agencies.exchange.lists import spell_list
from agencies.exchange.phones import spell_phones
from agencies.exchange.pools import spell_pools
from agencies.models import LocationType, Status
from agencies.models.records import AreaRecord
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import all_needs
from core.actors import OPERATOR, Tier
from core.settings import ROOT
from tests.conftest import MakeApp
from tests.support.exchange import (
    Counts,
    counts,
    csv_of,
    empty,
    everything,
    flask_agencies,
    revisions,
    row,
    save,
)
from tests.support.missing import require_shared
from tests.support.story import load_small_gazetteer
from tests.unit.test_exchange_cells import phones
from tests.unit.test_exchange_pools import pools

MAPPING = ROOT / "docs" / "mappings" / "jakarta.toml"


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The app with a gazetteer, in English."""
    app = make_app(language="en")
    load_small_gazetteer(app)
    return app


def assert_round_trip(app: Flask, folder: Path) -> None:
    """What the registry holds survives an export and an import, here and in an empty registry."""
    before, first = everything(), folder / "first.csv"
    assert flask_agencies(app, "export", first, "--tier", "secret").exit_code == 0
    grown = revisions()
    again = flask_agencies(app, "import", first)
    assert again.exit_code == 0, again.output
    assert counts(again).unchanged == len(before)
    assert revisions() == grown
    empty()
    anew = flask_agencies(app, "import", first)
    assert counts(anew).added == len(before), anew.output
    assert everything() == before
    second = folder / "second.csv"
    flask_agencies(app, "export", second, "--tier", "secret")
    assert second.read_bytes() == first.read_bytes()


class TestRoundTrip:
    @pytest.mark.both_databases
    def test_the_sample(self, app: Flask, tmp_path: Path) -> None:
        sample = ROOT / "agencies" / "data" / "sample.csv"
        report = import_file(OPERATOR, sample, Wishes(relative_times=True))
        assert not report.refused
        assert_round_trip(app, tmp_path)

    def test_the_588(self, app: Flask, tmp_path: Path) -> None:
        source = save(
            tmp_path, require_shared("data/jakarta/jakarta_services.csv").read_bytes(), "j.csv"
        )
        first = flask_agencies(app, "import", source, "--map", MAPPING)
        assert counts(first) == Counts(588, 0, 0, 23, 0)
        grown = revisions()
        second = flask_agencies(app, "import", source, "--map", MAPPING)
        assert counts(second) == Counts(0, 0, 588, 23, 0)
        assert revisions() == grown
        self._assert_positions()
        assert_round_trip(app, tmp_path)

    def _assert_positions(self) -> None:
        """551 doors, 23 middles of villages and districts, 7 of cities, 7 without a position."""
        places = [entry.location for entry in everything() if entry.location]
        precisions = [place.precision for place in places]
        assert (precisions.count("point"), precisions.count("area")) == (551, 30)
        nowhere = [place for place in places if place.latitude is None]
        assert len(nowhere) == 7
        assert sum(place.type is LocationType.VIRTUAL for place in nowhere) == 3
        assert all(entry.service.needs for entry in everything())
        assert {entry.offer.verified_at for entry in everything() if entry.offer} == {None}

    def test_cells_that_a_spreadsheet_would_run(self, app: Flask, tmp_path: Path) -> None:
        cells = {
            "agency_name": "=HYPERLINK(1)",
            "service_description": "@cmd\n-1",
            "agency_description": "'=1",
            "fees": "'''-5",
            "address": "-Jl. 'Melati'",
            "access_notes": "'plain",
        }
        flask_agencies(app, "import", save(tmp_path, csv_of([row(**cells)])))
        (entry,) = everything()
        assert entry.agency.name == "=HYPERLINK(1)"
        assert entry.service.fees == "'''-5"
        exported = flask_agencies(app, "export").output
        assert ",=HYPERLINK" not in exported
        assert "'=HYPERLINK(1)" in exported
        assert_round_trip(app, tmp_path)

    def test_what_was_said_by_whom_comes_back(self, app: Flask, tmp_path: Path) -> None:
        pool = "A\\: b\\; c: capacity=2 at=2026-11-20T18:00+07:00 by=petugas piket, malam"
        flask_agencies(app, "import", save(tmp_path, csv_of([row(places=pool)])))
        (entry,) = everything()
        assert (entry.offer.pools[0].label, entry.offer.pools[0].said_by) == (
            "A: b; c",
            "petugas piket, malam",
        )
        assert_round_trip(app, tmp_path)


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.just("\n"), max_size=30
).map(str.strip)
plain = st.text(string.ascii_letters + " 'é-=@+", min_size=1, max_size=20).map(str.strip)
names = plain.filter(bool)
yes_no = st.sampled_from(["yes", "no", ""])
days = st.dates(date(1990, 1, 1), date(2026, 11, 1)).map(date.isoformat)
ages = st.lists(st.integers(0, 120), min_size=2, max_size=2).map(sorted)
areas = st.lists(
    st.sampled_from(["31", "31.75", "31.75.10"]).map(lambda code: AreaRecord(code=code))
    | names.map(lambda name: AreaRecord(name=name)),
    unique=True,
    max_size=3,
).map(tuple)
hours = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)), max_size=4
).map(lambda spans: week.spell(week.spans(_intervals(spans))))
needs = st.lists(st.sampled_from(sorted(all_needs())), unique=True, max_size=4).map(" ".join)
points = st.tuples(st.floats(-11, 6), st.floats(95, 141)).filter(lambda p: p != (0.0, 0.0))


def _intervals(spans: list[week.Span]) -> list[week.Interval]:
    return [(d * week.DAY + o, d * week.DAY + c + (week.DAY if c <= o else 0)) for d, o, c in spans]


@st.composite
def agencies(draw: st.DrawFn) -> dict[str, str]:
    """The cells of an agency."""
    return {
        "agency_name": draw(names),
        "agency_short_name": draw(texts),
        "agency_type": draw(st.sampled_from(sorted(AGENCY_TYPES))),
        "agency_names_before": draw(
            st.sampled_from(["", "Lama (2004-01-01..); Tua (..1999-12-31)"])
        ),
        "agency_status": draw(st.sampled_from(Status)).value,
        "agency_description": draw(texts),
        "agency_phones": _spell_phones(draw),
        "agency_mou": draw(texts),
        "agency_mou_until": draw(days | st.just("")),
        "agency_response_minutes": draw(st.integers(0, 999).map(str) | st.just("")),
        "sample": draw(yes_no),
        "source": draw(texts),
    }


@st.composite
def offers(draw: st.DrawFn) -> dict[str, str]:
    """The cells of a service at a place."""
    low, high = draw(ages)
    tier = draw(st.sampled_from(Tier)).word
    kind = draw(st.sampled_from(LocationType)).value
    point = draw(st.none() | points) if kind == "physical" else None
    spelled = draw(hours)
    return {
        "service_name": draw(names),
        "service_description": draw(texts),
        "needs": draw(needs),
        "fees": draw(texts),
        "documents": spell_list(draw(st.lists(texts.filter(bool), max_size=3))),
        "service_area": spell_areas(draw(areas)),
        "languages": draw(st.sampled_from(["", "id", "jv id", 'id "Bahasa Isyarat"'])),
        "interpreters": draw(st.sampled_from(["", "en", "ar en"])),
        "takes_female": draw(yes_no),
        "takes_boys": draw(yes_no),
        "minimum_age": str(low),
        "maximum_age": str(high),
        "longest_stay_days": draw(st.integers(0, 400).map(str) | st.just("")),
        "location_name": draw(texts),
        "location_type": kind,
        "tier": tier,
        "address": draw(texts),
        "district": draw(st.sampled_from(["", "Cipayung", "Nowhere"])),
        "city": draw(st.sampled_from(["", "Jakarta Timur"])),
        "latitude": repr(point[0]) if point else "",
        "longitude": repr(point[1]) if point else "",
        "precision": draw(st.sampled_from(["", "area", "none"])),
        "timezone": draw(st.sampled_from(["Asia/Jakarta", "Asia/Jayapura", ""])),
        "phones": _spell_phones(draw),
        "hours": spelled,
        "holidays": draw(st.sampled_from(["", "open", "closed"])),
        "places": spell_pools(
            tuple(draw(st.lists(pools(), unique_by=lambda pool: pool.label, max_size=2)))
        ),
        "verified_at": draw(days | st.just("")),
        "verified_by": draw(texts),
    }


def _spell_phones(draw: st.DrawFn) -> str:
    return spell_phones(tuple(draw(st.lists(phones, unique=True, max_size=2))))


@st.composite
def registries(draw: st.DrawFn) -> list[dict[str, str]]:
    """Rows of some agencies, each with some services at places."""
    table = []
    for a, agency in enumerate(draw(st.lists(agencies(), min_size=1, max_size=2))):
        for s, offer in enumerate(draw(st.lists(offers(), min_size=1, max_size=2))):
            keys = {"agency_key": f"a{a}", "service_key": f"a{a}-s{s}", "location_key": f"a{a}.{s}"}
            table.append({**keys, **agency, **offer})
    return table


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(registries())
def test_any_registry(app: Flask, tmp_path: Path, table: list[dict[str, str]]) -> None:
    """Whatever the cells hold."""
    empty()
    first = flask_agencies(app, "import", save(tmp_path, csv_of(table)))
    assert counts(first).added == len(table), first.output
    assert_round_trip(app, tmp_path)


class TestGeoJson:
    def test_offers_with_what_a_map_shows(self, app: Flask, tmp_path: Path) -> None:
        table = [
            row(),
            row(service_key="n", location_key="n", tier="network"),
            row(service_key="s", location_key="s", tier="secret", address="Jl. Rahasia 1"),
            row(service_key="v", location_key="v", location_type="virtual", latitude="",
                longitude=""),
        ]  # fmt: skip
        flask_agencies(app, "import", save(tmp_path, csv_of(table)))
        public = json.loads(flask_agencies(app, "export", "--format", "geojson").output)
        assert public["type"] == "FeatureCollection"
        assert [f["properties"]["tier"] for f in public["features"]] == ["public", "public"]
        door, voice = public["features"]
        assert door["geometry"] == {"type": "Point", "coordinates": [106.90356, -6.32534]}
        assert door["properties"]["needs"] == ["S1", "S4"]
        assert door["properties"]["precision"] == "point"
        assert voice["geometry"] is None
        secret = flask_agencies(app, "export", "--format", "geojson", "--tier", "secret").output
        features = {f["properties"]["service_key"]: f for f in json.loads(secret)["features"]}
        assert features["s"]["properties"]["precision"] == "hidden"
        assert features["s"]["geometry"]["coordinates"] != [106.90356, -6.32534]
        assert "Rahasia" not in secret

    @pytest.mark.parametrize("kind", ["csv", "geojson"])
    def test_tiers_are_kept_apart(self, app: Flask, tmp_path: Path, kind: str) -> None:
        table = [row(service_key=t, location_key=t, tier=t) for t in ("network", "secret")]
        flask_agencies(app, "import", save(tmp_path, csv_of(table)))
        said = [flask_agencies(app, "export", "--format", kind, "--tier", tier.word).output
                for tier in Tier]  # fmt: skip
        assert ["network" in text for text in said] == [False, True, True]
        assert ["secret" in text for text in said] == [False, False, True]


def test_the_time_of_an_import_is_its_own(app: Flask, tmp_path: Path) -> None:
    """Relative moments count from the moment that the caller gives."""
    file = save(tmp_path, csv_of([row(places="Kamar: capacity=2 at=-3h")]))
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    import_file(OPERATOR, file, Wishes(relative_times=True, now=noon))
    (entry,) = everything()
    assert entry.offer is not None
    assert entry.offer.pools[0].said_at.hour == 9
