"""Which place is meant? On the gazetteer of all Indonesia: 91,240 places, on both databases."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from agencies.models.place import Place, PlaceLevel
from agencies.queries.places import (
    How,
    area_at,
    find_places,
    outline_containing,
    outline_named,
    place,
    place_at,
    place_named,
    resolve,
    suggest,
)
from agencies.wording.places import place_label
from core.db import db
from tests.conftest import fresh_url, running
from tests.support.missing import require_shared
from tests.support.places import load

pytestmark = pytest.mark.both_databases

CIPAYUNG = [
    "31.75.10",
    "32.76.07",
    "31.75.10.1001",
    "32.01.26.2006",
    "32.16.11.2002",
    "32.76.07.1001",
    "36.04.29.2012",
    "36.74.04.1007",
]


@pytest.fixture(scope="module")
def whole_country(
    request: pytest.FixtureRequest, database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The app with every place of Indonesia and the outlines of Jakarta."""
    files = [
        require_shared(f"data/jakarta/{name}")
        for name in ("gazetteer_full.csv.gz", "jakarta_kecamatan.geojson")
    ]
    folder = tmp_path_factory.mktemp(f"country-{database}")
    with fresh_url(request, database, folder) as url, running(url, folder, language="en") as app:
        done = load(app, *files)
        assert done.exit_code == 0, done.output
        assert done.output.splitlines() == [
            "gazetteer_full.csv.gz: 91240 added, 0 changed, 0 unchanged.",
            "jakarta_kecamatan.geojson: 42 added, 0 changed, 0 unchanged.",
        ]
        yield app


@pytest.fixture(autouse=True)
def country(whole_country: Flask) -> Iterator[Flask]:
    """Each test begins a read of its own."""
    yield whole_country
    db.session.rollback()


def codes(text: str) -> list[str]:
    """The codes of the choices for a typed text."""
    return [choice.code for choice in resolve(text, doubtful=False)]


def test_cipayung_is_eight_places() -> None:
    """Every one with what it lies in, districts before villages; none is taken without asking."""
    found = resolve("Cipayung")
    assert [choice.code for choice in found] == CIPAYUNG
    assert (found.certain, found.only, found.how, found.total) == (False, None, How.NAME, 8)
    assert [place_label(choice, "en") for choice in found][:3] == [
        "Cipayung (district), Jakarta Timur, DKI Jakarta",
        "Cipayung (district), Kota Depok, Jawa Barat",
        "Cipayung (urban village), Cipayung, Jakarta Timur, DKI Jakarta",
    ]
    assert [choice.parents for choice in found][3] == (
        "Megamendung",
        "Kabupaten Bogor",
        "Jawa Barat",
    )
    assert find_places("CIPAYUNG", limit=3) == found[:3]
    assert resolve("Cipayung", 3).total == 8


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Kramat Jati", ["31.75.04", "31.75.04.1001", "36.04.11.2014"]),
        ("Kramatjati", ["31.75.04", "31.75.04.1001", "36.04.11.2014"]),
        ("Palmerah", ["31.73.07", "31.73.07.1001"]),
        ("pal merah", ["31.73.07", "31.73.07.1001"]),
        ("Jaktim", ["31.75"]),
        ("JAKBAR", ["31.73"]),
        ("Tangsel", ["36.74"]),
        ("DKI", ["31"]),
        ("Jakarta", ["31"]),
        ("East Jakarta", ["31.75"]),
        ("Kota Administrasi Jakarta Timur", ["31.75"]),
        ("Kota Bogor", ["32.71"]),
        ("Kabupaten Bogor", ["32.01"]),
        ("Kab. Bogor", ["32.01"]),
        ("Cipayung, Jakarta Timur", ["31.75.10", "31.75.10.1001"]),
        ("Jakarta Timur, Cipayung", ["31.75.10", "31.75.10.1001"]),
        ("Cipayung Depok", ["32.76.07", "32.76.07.1001"]),
        ("cipayung - kota depok - jawa barat", ["32.76.07", "32.76.07.1001"]),
        ("Kec. Cipayung, Depok", ["32.76.07"]),
        ("Kel. Cipayung Kec. Cipayung", ["31.75.10.1001", "32.76.07.1001"]),
        ("Kel. Cipayung, Kec. Cipayung, Kota Depok", ["32.76.07.1001"]),
        ("Cipayung Cipayung Depok Jawa Barat Indonesia", ["32.76.07.1001"]),
        ("Desa Cipayung, Megamendung", ["32.01.26.2006"]),
        ("Kep. Seribu", ["31.01"]),
        ("Tj. Priok, Jakut", ["31.72.02", "31.72.02.1001"]),
        ("31.75.10", ["31.75.10"]),
        ("3175101001", ["31.75.10.1001"]),
    ],
)
def test_names_as_people_write_them(text: str, wanted: list[str]) -> None:
    """Short forms, spaces or none, the word for the kind, where it lies: all of them, no other."""
    assert codes(text) == wanted
    assert resolve(text).certain == (len(wanted) == 1)


def test_bogor_is_two_regencies_and_some_villages() -> None:
    """Regencies come first: Kota and Kabupaten are both offered."""
    assert codes("Bogor")[:2] == ["32.01", "32.71"]


@pytest.mark.parametrize(
    ("text", "how", "wanted"),
    [
        ("Cipayng", How.SIMILAR, CIPAYUNG),
        ("Cipyaung", How.SIMILAR, CIPAYUNG),
        ("Cipayng, Jakarta Timur", How.SIMILAR, ["31.75.10", "31.75.10.1001"]),
        ("Cipayng Depok", How.SIMILAR, ["32.76.07", "32.76.07.1001"]),
        ("Jakata Timur", How.SIMILAR, ["31.75"]),
        ("Kramat Djati", How.OLD_SPELLING, ["31.75.04", "31.75.04.1001", "36.04.11.2014"]),
        ("Tjipajoeng, Djakarta Timoer", How.OLD_SPELLING, ["31.75.10", "31.75.10.1001"]),
        ("Cipayung, Jakarta Timr", How.ELSEWHERE, ["31.75.10", "31.75.10.1001"]),
        ("Cipayung, Bandung", How.ELSEWHERE, CIPAYUNG),
        ("Cipayung Bandung", How.ELSEWHERE, CIPAYUNG),
        ("Kelapa Gad", How.BEGINNING, ["31.72.06", "31.72.06.1003", "31.72.06.1001"]),
    ],
)
def test_a_doubtful_name_gives_choices_and_no_answer(
    text: str, how: How, wanted: list[str]
) -> None:
    """Mistakes, old spelling, a wrong parent: even a single similar name must be confirmed."""
    found = resolve(text)
    assert found.how is how
    assert [choice.code for choice in found][: len(wanted)] == wanted
    assert not found.certain


@pytest.mark.parametrize("text", ["", "  ", "?!", "zzqqxx", "Jl. Melati 5", "x" * 500, "99.99.99"])
def test_nothing_is_nothing(text: str) -> None:
    """No guess for what is no place; a street is no mistake for a village."""
    assert not resolve(text)
    assert find_places(text) == ()


def test_coordinates_are_a_place() -> None:
    """As copied from a map; named by the district around them; sent back they are found again."""
    found = resolve("-6.32534, 106.90356").only
    assert found
    assert (found.code, found.level, found.value) == ("", "point", "-6.32534,106.90356")
    assert place_label(found, "en") == "a point in Cipayung, Jakarta Timur, DKI Jakarta"
    assert resolve(found.value).only == found
    sea = place_at(-11.0, 95.0)
    assert place_label(sea, "en") == "the point -11.00000, 95.00000"
    assert not resolve("91.5, 200.5")


def test_a_choice_that_is_sent_back_is_found_for_certain() -> None:
    """By its value, and by its label in both languages: what the form shows is what it means."""
    random.seed(7)
    rows = db.session.scalars(select(Place.code).where(Place.level != PlaceLevel.VILLAGE)).all()
    for code in random.sample(rows, 60):
        choice = place(code)
        assert choice
        assert resolve(choice.value).only == choice
        for language in ("en", "id"):
            assert choice in resolve(place_label(choice, language), doubtful=False)
    cipayung = place("31.75.10")
    assert cipayung
    assert resolve(place_label(cipayung, "en")).only == cipayung
    assert resolve("Cipayung (kecamatan), Jakarta Timur, DKI Jakarta").only == cipayung


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("cip", "32.07.11"),
        ("kramat j", "31.75.04"),
        ("jakt", "31.75"),
        ("kota bog", "32.71"),
        ("kab bog", "32.01"),
        ("cipayung, dep", "32.76.07"),
        ("cipayung dep", "32.76.07"),
        ("kec cipayung, jak", "31.75.10"),
        ("tj pri", "31.72.02"),
        ("kep", "19"),
        ("31.75", "31.75"),
        ("cipayng", "31.75.10"),
    ],
)
def test_suggestions_while_typing(text: str, first: str) -> None:
    """Beginnings, wider levels first; unfinished parents; then mistakes."""
    found = suggest(text, limit=8)
    assert 0 < len(found) <= 8
    assert found[0].code == first


def test_nothing_is_suggested_for_a_letter() -> None:
    """One letter begins thousands of names."""
    assert not suggest("c")
    assert not suggest(" ")
    assert not suggest("zzqqxx")


def test_the_place_that_a_record_names() -> None:
    """Village in district in city, none of them needed; None when absent or ambiguous."""
    for names, code in (
        (("Cipayung", "Jakarta Timur"), "31.75.10"),
        (("Kec. Cipayung", "Kota Depok"), "32.76.07"),
        (("Cipayung", None), None),
        (("Cipayung", "Bandung"), None),
        ((None, "Kota Adm. Jakarta Timur"), "31.75"),
        ((None, "Bogor"), None),
        ((None, "Kab. Bogor"), "32.01"),
        (("", ""), None),
        (("Cipayung", "Jakarta Timur", "Cipayung"), "31.75.10.1001"),
        (("Tanah Abang", "Jakarta Pusat", "Bendungan Hilir"), "31.71.07.1002"),
    ):
        found = place_named(*names)
        assert (found.code if found else None) == code, names


def test_the_district_around_a_point() -> None:
    """By outline where one was loaded, by the nearest centre elsewhere, None at sea."""
    assert area_at(-6.32534, 106.90356) == "31.75.10"
    assert (area_at(-7.7956, 110.3695) or "").startswith("34.71.")  # Yogyakarta: no outline
    assert area_at(-10.5, 95.0) is None
    assert area_at(51.5, 0.0) is None
    assert area_at(90.0, 0.0) is None


def test_the_district_of_a_point_is_right_where_outlines_are() -> None:
    """Every district's own inner point, by its outline, leads to the gazetteer's place."""
    wrong = []
    for name in ("Cipayung", "Kramat Jati", "Pal Merah", "Tanah Abang", "Kemayoran", "Pasar Rebo"):
        outline = outline_named("district", name)
        assert outline
        point = outline.geometry.representative_point()
        found = area_at(point.y, point.x)
        if found != outline.place_code or found is None:
            wrong.append(name)
    assert not wrong


def test_outlines_by_point_and_by_name() -> None:
    """For import: the outline that a row names, the one that its point lies in, or None."""
    here = outline_containing("district", -6.32534, 106.90356)
    assert here
    assert (here.name, here.parent_name, here.place_code) == (
        "Cipayung",
        "Jakarta Timur",
        "31.75.10",
    )
    named = outline_named("district", "kramatjati", "Jaktim")
    assert named
    assert not named.contains(-6.32534, 106.90356)
    assert outline_named("district", "Cipayung", "Depok") is None
    assert outline_containing("district", -7.8, 110.4) is None
    assert outline_containing("village", -6.32534, 106.90356) is None


def test_a_lookup_takes_some_milliseconds() -> None:
    """CPU time, since other tests may run beside this one: half of all lookups within 20 ms."""
    random.seed(1)
    names = db.session.scalars(select(Place.name).where(Place.level == PlaceLevel.DISTRICT)).all()
    resolve("zzqqxx")  # the first who makes a mistake waits for the list of names
    asked = [
        *random.sample(names, 20),
        *(f"{name[:3]}x{name[4:]}" for name in random.sample(names, 20)),
        *(f"Cipayng {city}" for city in ("Depok", "Jakarta Timur", "Bogor")),
    ]
    took = []
    for text in asked:
        start = time.thread_time()
        resolve(text)
        took.append(time.thread_time() - start)
    assert sorted(took)[len(took) // 2] < 0.020
