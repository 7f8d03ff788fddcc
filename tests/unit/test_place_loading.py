"""`flask places load`: the same file twice changes nothing, wrong rows are named, files refused."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from agencies.commands.places import Loaded, NewPlace, load_places
from agencies.exchange.place_rows import read_places
from agencies.models.place import Outline, Place, PlaceName, PlaceRevision
from agencies.queries.places import outline_containing, outline_named, place, resolve
from core.actors import OPERATOR, SYSTEM, Tier, visitor
from core.db import db, write
from core.errors import RefusedError
from tests.support.places import AROUND_JAKARTA, HEAD, gazetteer, load

both = pytest.mark.both_databases
COUNT = len(AROUND_JAKARTA)
CODE_AND_LEVEL = (Outline.code, Outline.level)
SQUARE = [[[106.85, -6.35], [106.95, -6.35], [106.95, -6.28], [106.85, -6.28], [106.85, -6.35]]]


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The app, whose commands speak English here."""
    return make_app(language="en")


def _count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@both
def test_loading_twice_changes_nothing(app: Flask, tmp_path: Path) -> None:
    """New rows are added, the same rows again are unchanged, and nothing tells processes off."""
    path = gazetteer(tmp_path)
    first = load(app, path)
    assert first.exit_code == 0
    assert first.output == f"some.csv: {COUNT} added, 0 changed, 0 unchanged.\n"
    token = db.session.scalar(select(PlaceRevision.token))
    db.session.rollback()
    again = load(app, path)
    assert again.output == f"some.csv: 0 added, 0 changed, {COUNT} unchanged.\n"
    assert db.session.scalar(select(PlaceRevision.token)) == token
    assert _count(Place) == COUNT


@both
def test_a_changed_row_is_brought_up_to_date(app: Flask, tmp_path: Path) -> None:
    """The name, its spellings and the point change; rows that the file leaves out stay."""
    load(app, gazetteer(tmp_path))
    names = _count(PlaceName)
    db.session.rollback()
    row = "31.75.04,district,Kramat Jati Baru,-6.28,106.87"
    output = load(app, gazetteer(tmp_path, [row, AROUND_JAKARTA[0]])).output
    assert output == "some.csv: 0 added, 1 changed, 1 unchanged.\n"
    assert _count(PlaceName) == names
    assert not resolve("Kramatjati", doubtful=False)
    found = resolve("Kramat Jati Baru").only
    assert found
    assert (found.code, found.latitude) == ("31.75.04", -6.28)


@both
def test_the_small_gazetteer_comes_along(app: Flask) -> None:
    """`--small` needs no file, and leads to Jakarta's districts."""
    done = load(app, "--small")
    assert done.exit_code == 0, done.output
    assert "gazetteer.csv" in done.output
    assert [c.full_name for c in resolve("Kramat Jati, Jaktim")] == [
        "Kramat Jati, Jakarta Timur, DKI Jakarta"
    ]
    assert {c.code for c in resolve("Cipayung")} >= {"31.75.10", "32.76.07"}


def test_the_small_gazetteer_overwrites_nothing(app: Flask, tmp_path: Path) -> None:
    """It is coarse, and a demo loads it at every start."""
    load(app, gazetteer(tmp_path, ["31.75.10,district,Cipayung Baru,-6.3,106.9"]))
    said = load(app, "--small").output
    assert said.endswith(" added, 0 changed, 1 unchanged.\n")
    kept = place("31.75.10")
    assert kept
    assert (kept.name, kept.latitude) == ("Cipayung Baru", -6.3)


def test_a_packed_file_and_semicolons(app: Flask, tmp_path: Path) -> None:
    """`.csv.gz`, a byte order mark, and the semicolons of office programs."""
    text = "\ufeff" + "\n".join((HEAD, *AROUND_JAKARTA)).replace(",", ";")
    path = tmp_path / "some.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    assert load(app, path).output == f"some.csv.gz: {COUNT} added, 0 changed, 0 unchanged.\n"


WRONG = [
    ("31.7,regency,A,-6,106", "code: “31.7” is not a code such as 31.75.10"),
    (",regency,A,-6,106", "code: “” is not a code such as 31.75.10"),
    (
        "31.76,city,A,-6,106",
        "level: “city” is none of province, regency, district, village",
    ),
    (
        "31.76,district,A,-6,106",
        "level: 31.76 is a code of the level regency, not district",
    ),
    ("31.76,regency, ,-6,106", "name: “” is not a name"),
    ("31.76,regency,!!,-6,106", "name: “!!” is not a name"),
    ("31.76,regency,A,106,-6", "lat: “106” is not a number from -90 to 90"),
    ("31.76,regency,A,-6,nan", "lon: “nan” is not a number from -180 to 180"),
    ("31.76,regency,A,south,106", "lat: “south” is not a number from -90 to 90"),
    ("31.76,regency,A", "lat: “” is not a number from -90 to 90"),
    ("31,province,Again,-6,106", "code: stands on line 2 already"),
]


def test_a_wrong_row_is_named_and_left_out(app: Flask, tmp_path: Path) -> None:
    """Line, field and reason; the other rows are loaded; the exit status tells."""
    rows = [AROUND_JAKARTA[0], *(row for row, _said in WRONG), AROUND_JAKARTA[2]]
    done = load(app, gazetteer(tmp_path, rows))
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "some.csv: 2 added, 0 changed, 0 unchanged.",
        *(f"some.csv, line {line}, {said}" for line, (_row, said) in enumerate(WRONG, start=3)),
        f"some.csv: wrong rows left out: {len(WRONG)}.",
    ]


def test_many_wrong_rows_do_not_scroll_away(app: Flask, tmp_path: Path) -> None:
    """Twenty are named, the others counted."""
    done = load(app, gazetteer(tmp_path, ["x,village,A,0,0"] * 50))
    assert done.output.count("is not a code") == 20
    assert "some.csv: 30 more wrong rows." in done.output
    assert "some.csv: wrong rows left out: 50." in done.output


REFUSED = [
    (
        "some.csv",
        b"code,level,name,lat\n",
        "some.csv lacks the columns lon; a gazetteer has code, level,",
    ),
    ("some.csv", b"", "some.csv lacks the columns code, level, name, lat, lon;"),
    ("some.csv", b"code,level,name,lat,lon\n31,province,Caf\xe9,1,1\n", "is not UTF-8 text"),
    ("some.csv", b'code,level,name,lat,lon\n31,province,"A"x,1,1\n', "is not a CSV file: line 2"),
    ("some.csv.gz", b"code,level,name,lat,lon\n", "some.csv.gz is not a whole gzip file."),
    ("some.csv.gz", gzip.compress(b"x" * 100)[:-9], "some.csv.gz is not a whole gzip file."),
    ("some.geojson", b"{", "some.geojson is not JSON, let alone GeoJSON."),
    ("some.geojson", b"[]", "some.geojson is not a GeoJSON FeatureCollection."),
    ("some.geojson", b'{"type": "Topology"}', "is not a GeoJSON FeatureCollection."),
]


def test_a_file_of_another_kind_gets_one_sentence(app: Flask, tmp_path: Path) -> None:
    """Nothing is loaded and no traceback is shown; other files of the same call are loaded."""
    for name, content, said in REFUSED:
        path = tmp_path / name
        path.write_bytes(content)
        done = load(app, path)
        assert done.exit_code == 1
        assert said in done.output
        assert done.output.count("\n") == 1
    last = load(app, path, gazetteer(tmp_path, name="good.csv"))
    assert last.exit_code == 1
    assert last.output.splitlines()[1] == f"good.csv: {COUNT} added, 0 changed, 0 unchanged."


def test_a_call_without_a_file_says_what_to_do(app: Flask, tmp_path: Path) -> None:
    """As does one with a file that is not there."""
    assert "Name a file, or say --small." in load(app).output
    missing = load(app, tmp_path / "no.csv")
    assert missing.exit_code == 2
    assert "does not exist" in missing.output


def _outlines(folder: Path, *features: dict[str, Any], name: str = "some.geojson") -> Path:
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def _area(code: str, name: str, rings: Any = SQUARE, **more: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, **more},
        "geometry": {"type": "Polygon", "coordinates": rings},
    }


@both
def test_outlines_are_loaded_once_and_find_their_place(app: Flask, tmp_path: Path) -> None:
    """By name and city, since files come with codes of other offices; in either order."""
    area = _area("3172010", "CIPAYUNG", city="Jakarta Timur")
    path = _outlines(tmp_path, area)
    assert load(app, path).output == "some.geojson: 1 added, 0 changed, 0 unchanged.\n"
    found = outline_named("district", "Cipayung")
    assert found
    assert (found.name, found.place_code) == ("Cipayung", None)
    db.session.rollback()
    load(app, gazetteer(tmp_path))
    found = outline_containing("district", -6.32, 106.9)
    assert found
    assert found.place_code == "31.75.10"
    db.session.rollback()
    assert load(app, path).output == "some.geojson: 0 added, 0 changed, 1 unchanged.\n"
    area["properties"]["city"] = "Depok"
    assert load(app, _outlines(tmp_path, area)).output.endswith(
        "0 added, 1 changed, 0 unchanged.\n"
    )
    again = outline_named("district", "Cipayung", "Kota Depok")
    assert again
    assert again.place_code == "32.76.07"


def test_the_level_is_told_by_code_or_parents_or_option(app: Flask, tmp_path: Path) -> None:
    """Codes of both offices tell it, and so does what a feature says that it lies in."""
    told = {
        "31.75.10": "district",
        "31": "province",
        "3175": "regency",
        "3172010": "district",
        "3172010001": "village",
    }
    features = [_area(code, "A") for code in told]
    features.append(_area("x", "A", city="Depok"))
    features.append(_area("y", "A", district="Beji", city="Depok"))
    assert load(app, _outlines(tmp_path, *features)).exit_code == 0
    one = _outlines(tmp_path, _area("z", "A"))
    assert load(app, one, "--level", "regency").exit_code == 0
    levels = {code: str(level) for code, level in db.session.execute(select(*CODE_AND_LEVEL))}
    assert levels == {**told, "x": "district", "y": "village", "z": "regency"}


BOW_TIE = [[[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]]
METRES = [[[7e5, 9e6], [7.1e5, 9e6], [7.1e5, 9.1e6], [7e5, 9e6]]]


NOT_DEGREES = "geometry: its coordinates are not degrees (longitude, latitude)"
NOT_PAIRS = "geometry: its coordinates are not pairs of numbers"
NOT_POLYGONS = "geometry: it is not a Polygon or a MultiPolygon"
WRONG_FEATURES: list[tuple[dict[str, Any], str]] = [
    (_area("", "A"), "code: there is none"),
    (_area("31.76", ""), "name: “” is not a name"),
    (_area("x1", "A"), "code: “x1” does not tell the level; say --level"),
    (_area("31", "A"), "code: 31 stands in the file already"),
    (
        _area("31.76", "A", METRES),
        NOT_DEGREES,
    ),
    (_area("31.76", "A", [[[1, 2]]]), NOT_PAIRS),
    (_area("31.76", "A", [[["a", "b"]] * 4]), NOT_PAIRS),
    (_area("31.76", "A", None), "geometry: it is empty"),
    (_area("31.76", "A", []), "geometry: it is empty"),
    (
        {"properties": {"code": "31.76", "name": "A"}},
        NOT_POLYGONS,
    ),
    ({"properties": None}, "properties: there are no properties"),
]


def test_a_wrong_feature_is_named_and_left_out(app: Flask, tmp_path: Path) -> None:
    """Its number, the field and the reason."""
    features = [feature for feature, _said in WRONG_FEATURES]
    done = load(app, _outlines(tmp_path, _area("31", "DKI Jakarta"), *features))
    assert done.exit_code == 1
    lines = done.output.splitlines()[1:-1]
    assert len(lines) == len(WRONG_FEATURES)
    for number, ((_feature, said), line) in enumerate(
        zip(WRONG_FEATURES, lines, strict=True), start=2
    ):
        assert line == f"some.geojson, feature {number}, {said}"
    assert _count(Outline) == 1


def test_an_outline_that_crosses_itself_is_mended(app: Flask, tmp_path: Path) -> None:
    """A bow tie becomes its two halves, and a third dimension is left away."""
    high = [[[*point, 12.0] for point in BOW_TIE[0]]]
    assert load(app, _outlines(tmp_path, _area("31", "Bow", high))).exit_code == 0
    found = outline_containing("province", 0.5, 0.9)
    assert found
    assert found.geometry.is_valid
    assert not found.contains(0.9, 0.5)


def test_only_the_operator_loads(app: Flask) -> None:
    """Neither a visitor nor the worker process."""
    row = NewPlace("31", "province", "DKI Jakarta", -6.2, 106.8)
    for actor in (visitor(Tier.PUBLIC), SYSTEM):
        with pytest.raises(RefusedError, match="Only the operator"):
            write(load_places, actor, places=[row])
    assert place("31") is None


@both
def test_two_loads_at_once_wait_for_each_other(app: Flask, tmp_path: Path) -> None:
    """One adds, the other finds everything there; none fails and nothing is there twice."""
    places, _wrong = read_places(gazetteer(tmp_path))
    done: list[Loaded] = []

    def run() -> None:
        with app.app_context():
            done.append(write(load_places, OPERATOR, places=places))
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done, key=lambda loaded: loaded.added) == [
        *[Loaded(0, 0, COUNT)] * 3,
        Loaded(COUNT, 0, 0),
    ]


def test_a_name_can_be_tried(app: Flask, tmp_path: Path) -> None:
    """`flask places find` shows what people would be offered."""
    load(app, gazetteer(tmp_path))
    runner = app.test_cli_runner()
    found = runner.invoke(args=["places", "find", "cipayung"])
    assert found.output.splitlines() == [
        "31.75.10       Cipayung (district), Jakarta Timur, DKI Jakarta  (-6.32534, 106.90356)",
        "32.76.07       Cipayung (district), Kota Depok, Jawa Barat  (-6.42970, 106.80283)",
        "31.75.10.1001  Cipayung (urban village), Cipayung, Jakarta Timur, DKI Jakarta"
        "  (-6.32906, 106.89390)",
        "3 choices: none of them is taken without asking.",
    ]
    nothing = runner.invoke(args=["places", "find", "zzzzzz"])
    assert (nothing.exit_code, nothing.output) == (1, "No place of that name.\n")
