"""`flask agencies import`: what is kept, refused and warned about, and that once is enough."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from agencies.exchange import messages as says
from agencies.models import FindEntry, Location, Offer, Pool, Precision, Service
from core.db import db, writing
from core.i18n import say
from tests.conftest import MakeApp
from tests.support.exchange import (
    SHELTER,
    Counts,
    counts,
    csv_of,
    everything,
    flask_agencies,
    refusals,
    revisions,
    row,
    rows,
    save,
)
from tests.support.story import load_small_gazetteer

POOL = "Kamar: capacity=2 occupied=1 at=2026-11-20T18:00+07:00"


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The app, which speaks English to the operator."""
    return make_app(language="en")


class TestSaving:
    @pytest.mark.both_databases
    def test_once_is_enough(self, app: Flask, tmp_path: Path) -> None:
        file = save(tmp_path, csv_of(rows(3, places=POOL, hours="24/7")))
        first = flask_agencies(app, "import", file)
        assert (first.exit_code, counts(first)) == (0, Counts(3, 0, 0, 1, 0))
        before = revisions()
        content = everything()
        second = flask_agencies(app, "import", file)
        assert (second.exit_code, counts(second)) == (0, Counts(0, 0, 3, 1, 0))
        assert revisions() == before
        assert everything() == content

    @pytest.mark.both_databases
    def test_what_differs_is_changed_and_nothing_else(self, app: Flask, tmp_path: Path) -> None:
        table = rows(3, documents="KTP; KK", phones="021-5550123", languages="id en")
        flask_agencies(app, "import", save(tmp_path, csv_of(table)))
        before = revisions()
        table[1] |= {"service_name": "Baru", "documents": "KTP", "needs": "S4 S1 P6"}
        result = flask_agencies(app, "import", save(tmp_path, csv_of(table)))
        assert counts(result) == Counts(0, 1, 2, 1, 0)
        grown = [offer for offer, revision in revisions().items() if revision != before[offer]]
        assert len(grown) == 1
        service = db.session.scalars(select(Service).where(Service.key == "s2")).one()
        assert service.name == "Baru"
        assert [d.document for d in service.documents] == ["KTP"]
        assert [link.need for link in service.needs] == ["S4", "S1", "P6"]
        assert db.session.scalar(select(func.count()).where(FindEntry.need == "P6")) == 1

    @pytest.mark.both_databases
    def test_a_changed_agency_shows_in_all_its_offers(self, app: Flask, tmp_path: Path) -> None:
        table = [row(service_key=f"s{n}") for n in range(3)]
        flask_agencies(app, "import", save(tmp_path, csv_of(table)))
        renamed = csv_of([row(service_key="s0", agency_name="Melati Baru")])
        assert counts(flask_agencies(app, "import", save(tmp_path, renamed))).changed == 1
        assert set(revisions().values()) == {2}

    def test_a_service_may_move_to_another_agency(self, app: Flask, tmp_path: Path) -> None:
        flask_agencies(app, "import", save(tmp_path, csv_of([row()])))
        moved = row(agency_key="mawar", agency_name="Mawar")
        assert counts(flask_agencies(app, "import", save(tmp_path, csv_of([moved])))).changed == 1
        assert [e.agency.key for e in everything()] == ["mawar"]

    def test_a_missing_column_says_nothing(self, app: Flask, tmp_path: Path) -> None:
        flask_agencies(app, "import", save(tmp_path, csv_of([row(fees="Gratis", hours="24/7")])))
        short = csv_of([row(needs="S1")], ["agency_key", "agency_name", "agency_type",
                       "service_key", "service_name", "needs", "location_key"])  # fmt: skip
        flask_agencies(app, "import", save(tmp_path, short))
        (entry,) = everything()
        assert entry.service.fees == "Gratis"
        assert entry.service.needs == ("S1",)
        assert entry.location.latitude == float(SHELTER["latitude"])
        assert entry.offer.schedules

    def test_an_empty_cell_empties(self, app: Flask, tmp_path: Path) -> None:
        flask_agencies(app, "import", save(tmp_path, csv_of([row(fees="Gratis")])))
        flask_agencies(app, "import", save(tmp_path, csv_of([row(fees="")])))
        assert everything()[0].service.fees is None

    def test_dry_run_reports_the_same_and_writes_nothing(self, app: Flask, tmp_path: Path) -> None:
        file = save(tmp_path, csv_of([*rows(2), row(needs="X1")]))
        dry = flask_agencies(app, "import", file, "--dry-run")
        assert everything() == []
        assert not (tmp_path / "registry.csv.refused.csv").exists()
        real = flask_agencies(app, "import", file)
        assert counts(dry) == counts(real) == Counts(2, 0, 0, 1, 1)
        assert (dry.exit_code, real.exit_code) == (1, 1)
        assert "dry run" in dry.output

    def test_all_or_nothing(self, app: Flask, tmp_path: Path) -> None:
        file = save(tmp_path, csv_of([*rows(2), row(needs="X1")]))
        result = flask_agencies(app, "import", file, "--all-or-nothing")
        assert result.exit_code == 1
        assert "Nothing was kept" in result.output
        assert everything() == []
        good = save(tmp_path, csv_of(rows(2)))
        assert flask_agencies(app, "import", good, "--all-or-nothing").exit_code == 0
        assert len(everything()) == 2

    def test_the_language_is_the_operators(self, make_app: MakeApp, tmp_path: Path) -> None:
        app = make_app(language="id")
        result = flask_agencies(app, "import", save(tmp_path, csv_of([row()])))
        assert say("id")("added") in result.output

    def test_an_earlier_refused_file_does_not_stay(self, app: Flask, tmp_path: Path) -> None:
        file = save(tmp_path, csv_of([row(needs="X1")]))
        flask_agencies(app, "import", file)
        assert refusals(file)
        flask_agencies(app, "import", save(tmp_path, csv_of([row()])))
        assert not (tmp_path / "registry.csv.refused.csv").exists()


# Cells that are wrong, the column that is blamed, and what is said.
WRONG = [
    ({"latitude": "95"}, "latitude", says.LATITUDE_RANGE),
    ({"longitude": "200"}, "longitude", says.LONGITUDE_RANGE),
    ({"latitude": "106.9", "longitude": "-6.3"}, "latitude", says.SWAPPED),
    ({"latitude": "0", "longitude": "0"}, "latitude", says.NULL_ISLAND),
    ({"latitude": "here"}, "latitude", says.NOT_A_NUMBER),
    ({"latitude": "NaN"}, "latitude", says.NOT_A_NUMBER),
    ({"longitude": ""}, "longitude", says.HALF_A_POINT),
    ({"needs": "S1 X9"}, "needs", says.UNKNOWN_NEED),
    ({"agency_type": "BANK"}, "agency_type", says.UNKNOWN_TYPE),
    ({"verified_at": "2026-02-30"}, "verified_at", says.IMPOSSIBLE_DATE),
    ({"agency_mou_until": "next year"}, "agency_mou_until", says.IMPOSSIBLE_DATE),
    ({"minimum_age": "30", "maximum_age": "20"}, "minimum_age", says.AGES_CONTRADICT),
    ({"minimum_age": "-1"}, "minimum_age", says.AGE_RANGE),
    ({"maximum_age": "121"}, "maximum_age", says.AGE_RANGE),
    ({"minimum_age": "young"}, "minimum_age", says.NOT_A_WHOLE_NUMBER),
    ({"oldest_boy": "7.5"}, "oldest_boy", says.NOT_A_WHOLE_NUMBER),
    ({"agency_response_minutes": "-5"}, "agency_response_minutes", says.NOT_IN_RANGE),
    ({"places": "Kamar: capacity=1 occupied=2 at=2026-11-20T18:00+07:00"}, "places",
     says.POOL_FULL),
    ({"places": "Kamar: capacity=1 at=-3h"}, "places", says.POOL_RELATIVE),
    ({"hours": "Senin-Jumat"}, "hours", says.UNREADABLE_HOURS),
    ({"hours": "Dec 08:00-10:00"}, "hours", says.NOT_WEEKLY),
    ({"hours": "24/7; PH off", "holidays": "open"}, "hours", says.HOLIDAYS_CONTRADICT),
    ({"holidays": "perhaps"}, "holidays", says.UNKNOWN_WORD),
    ({"phones": "ask the guard"}, "phones", says.UNREADABLE_PHONE),
    ({"agency_phones": "12"}, "agency_phones", says.UNREADABLE_PHONE),
    ({"takes_male": "sometimes"}, "takes_male", says.NOT_YES_NO),
    ({"timezone": "Asia/Bandung"}, "timezone", says.UNKNOWN_TIMEZONE),
    ({"languages": "Indonesian"}, "languages", says.UNREADABLE_LANGUAGE),
    ({"agency_names_before": "Lama (2004..2018)"}, "agency_names_before", says.UNREADABLE_NAMES),
    ({"location_type": "moon"}, "location_type", says.UNKNOWN_WORD),
    ({"precision": "exact"}, "precision", says.UNKNOWN_WORD),
    ({"tier": "private"}, "tier", says.UNKNOWN_WORD),
    ({"service_status": "gone"}, "service_status", says.UNKNOWN_WORD),
    ({"agency_key": "two words"}, "agency_key", says.WRONG_KEY),
    ({"location_key": ""}, "location_key", says.MISSING),
    ({"agency_name": " "}, "agency_name", says.MISSING),
    ({"address": "x" * 20_001}, "address", says.TOO_LONG),
    ({"fees": "a\x07b"}, "fees", says.WRONG_CHARACTER),
]  # fmt: skip


def _pattern(message: str) -> str:
    """What a message id looks like when its values are filled in."""
    return re.sub(r"%\\\(\w+\\\)[sd]", ".+", re.escape(message))


class TestRefusals:
    def test_each_fault_has_its_own_sentence(self, app: Flask, tmp_path: Path) -> None:
        table = rows(len(WRONG) + 1)
        for cells, (wrong, _, _) in zip(table, WRONG, strict=False):
            cells.update(wrong)
        file = save(tmp_path, csv_of(table))
        result = flask_agencies(app, "import", file)
        assert result.exit_code == 1
        assert counts(result).added == 1  # the good one is kept
        found = refusals(file)
        assert [int(refusal["record"]) for refusal in found] == list(range(1, len(WRONG) + 1))
        for refusal, (_, field, message) in zip(found, WRONG, strict=True):
            assert refusal["field"] == field
            assert re.fullmatch(_pattern(message), refusal["reason"]), refusal

    def test_every_fault_of_a_record_is_named(self, app: Flask, tmp_path: Path) -> None:
        wrong = row(needs="X1", takes_male="?", hours="x", phones="x", places="x", latitude="x")
        file = save(tmp_path, csv_of([wrong]))
        flask_agencies(app, "import", file)
        named = {refusal["field"] for refusal in refusals(file)}
        assert named == {"needs", "takes_male", "hours", "phones", "places", "latitude"}

    def test_the_same_record_twice(self, app: Flask, tmp_path: Path) -> None:
        file = save(tmp_path, csv_of([row(), row()]))
        assert counts(flask_agencies(app, "import", file)).refused == 1
        assert "already in record 1" in refusals(file)[0]["reason"]

    @pytest.mark.parametrize(
        ("cells", "field", "word"),
        [
            ({"agency_name": "Lain"}, "agency_name", "agency"),
            ({"address": "Lain"}, "address", "place"),
            ({"agency_key": "x"}, "agency_key", "another agency's"),
        ],
    )
    def test_contradicting_records(
        self, app: Flask, tmp_path: Path, cells: dict[str, str], field: str, word: str
    ) -> None:
        other = {"location_key": "l2"} if field == "agency_key" else {"service_key": "s2"}
        file = save(tmp_path, csv_of([row(), row(**other, **cells)]))
        assert counts(flask_agencies(app, "import", file)).refused == 1
        (refusal,) = refusals(file)
        assert refusal["field"] == field
        assert word in refusal["reason"]
        assert "ecord 1" in refusal["reason"]

    def test_the_refused_file_runs_nothing(self, app: Flask, tmp_path: Path) -> None:
        file = save(tmp_path, csv_of([row(service_key="=1+1", needs="=cmd")]))
        flask_agencies(app, "import", file)
        text = (tmp_path / "registry.csv.refused.csv").read_text(encoding="utf-8")
        cells = [cell for line in text.splitlines() for cell in line.split(",")]
        assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]


class TestPools:
    def test_places_that_are_held_stay_held(self, app: Flask, tmp_path: Path) -> None:
        flask_agencies(app, "import", save(tmp_path, csv_of([row(places=POOL)])))
        pool = db.session.scalars(select(Pool)).one()
        _set(pool.id, held=1)
        again = save(tmp_path, csv_of([row(places=POOL.replace("occupied=1", "occupied=2"))]))
        result = flask_agencies(app, "import", again)
        assert counts(result).refused == 1
        assert "more places are taken" in refusals(again)[0]["reason"]
        without = save(tmp_path, csv_of([row(places="")]))
        assert counts(flask_agencies(app, "import", without)).refused == 1
        assert "cannot be left out" in refusals(without)[0]["reason"]

    def test_a_younger_figure_is_believed(self, app: Flask, tmp_path: Path) -> None:
        flask_agencies(app, "import", save(tmp_path, csv_of([row(places=POOL)])))
        older = POOL.replace("11-20", "11-19").replace("occupied=1", "occupied=0")
        result = flask_agencies(app, "import", save(tmp_path, csv_of([row(places=older)])))
        assert "a younger figure is known" in result.output
        assert counts(result).unchanged == 1
        assert db.session.scalars(select(Pool)).one().occupied == 1

    def test_a_pool_keeps_its_identity(self, app: Flask, tmp_path: Path) -> None:
        flask_agencies(app, "import", save(tmp_path, csv_of([row(places=POOL)])))
        before = db.session.scalars(select(Pool)).one().id
        larger = POOL.replace("capacity=2", "capacity=3")
        more = f"Keluarga: capacity=1 at=2026-11-20T19:00+07:00; {larger}"
        flask_agencies(app, "import", save(tmp_path, csv_of([row(places=more)])))
        kept = db.session.scalars(select(Pool).where(Pool.label == "Kamar")).one()
        assert (kept.id, kept.capacity, kept.position) == (before, 3, 1)


def _set(pool_id: object, **values: int) -> None:
    with writing():
        db.session.execute(update(Pool).where(Pool.id == pool_id).values(**values))


class TestWarnings:
    def _said(self, app: Flask, tmp_path: Path, *table: dict[str, str]) -> str:
        load_small_gazetteer(app)
        result = flask_agencies(app, "import", save(tmp_path, csv_of(table)), "-v")
        assert result.exit_code == 0, result.output
        assert counts(result).added == len(table)
        return result.output

    def test_a_point_far_from_the_named_district(self, app: Flask, tmp_path: Path) -> None:
        said = self._said(app, tmp_path, row(latitude="-6.10", longitude="106.75"))
        assert "from the middle of the named district Cipayung" in said

    def test_a_point_in_the_named_district(self, app: Flask, tmp_path: Path) -> None:
        assert "district" not in self._said(app, tmp_path, row())

    def test_two_places_at_one_point(self, app: Flask, tmp_path: Path) -> None:
        other = row(service_key="s2", location_key="l2")
        assert "same point as melati-rumah" in self._said(app, tmp_path, row(), other)

    def test_names_that_differ_by_spacing_and_case(self, app: Flask, tmp_path: Path) -> None:
        table = rows(2)
        table[1]["agency_name"] = "LEMBAGA  1"
        assert "differs from that of a1 only by spaces" in self._said(app, tmp_path, *table)

    @pytest.mark.parametrize(
        ("cells", "said"),
        [
            ({"service_area": "99.99"}, "“99.99” is not in the gazetteer"),
            ({"needs": ""}, "find cannot find it"),
            ({"agency_email": "nobody"}, "does not look like an e-mail address"),
            ({"verified_at": "2999-01-01"}, "in the future"),
            ({"latitude": "", "longitude": "", "district": "Atlantis", "city": ""},
             "not in the gazetteer, or there are several"),
        ],
    )  # fmt: skip
    def test_what_is_merely_suspicious(
        self, app: Flask, tmp_path: Path, cells: dict[str, str], said: str
    ) -> None:
        assert said in self._said(app, tmp_path, row(**cells))

    def test_a_column_that_nobody_knows(self, app: Flask, tmp_path: Path) -> None:
        text = csv_of([{**row(), "colour": "blue"}], [*SHELTER, "colour"])
        result = flask_agencies(app, "import", save(tmp_path, text))
        assert "The column “colour” is not known" in result.output

    def test_without_a_gazetteer(self, app: Flask, tmp_path: Path) -> None:
        result = flask_agencies(app, "import", save(tmp_path, csv_of([row()])))
        assert "No gazetteer is loaded" in result.output


class TestPlaces:
    def _place(self, app: Flask, tmp_path: Path, **cells: str) -> Location:
        load_small_gazetteer(app)
        flask_agencies(app, "import", save(tmp_path, csv_of([row(**cells)])))
        return db.session.scalars(select(Offer)).one().location

    def test_a_point_gets_the_area_around_it(self, app: Flask, tmp_path: Path) -> None:
        place = self._place(app, tmp_path)
        assert (place.precision, place.area_code) == (Precision.POINT, "31.75.10")

    def test_a_named_district_gives_its_middle(self, app: Flask, tmp_path: Path) -> None:
        place = self._place(app, tmp_path, latitude="", longitude="")
        assert (place.precision, place.area_code) == (Precision.AREA, "31.75.10")
        assert place.latitude == pytest.approx(-6.32, abs=0.02)

    def test_a_named_city_is_no_district(self, app: Flask, tmp_path: Path) -> None:
        place = self._place(app, tmp_path, latitude="", longitude="", district="")
        assert (place.precision, place.area_code) == (Precision.AREA, "31.75")

    def test_none_makes_no_position_of_names(self, app: Flask, tmp_path: Path) -> None:
        place = self._place(app, tmp_path, latitude="", longitude="", precision="none")
        assert (place.latitude, place.precision, place.district) == (None, None, "Cipayung")

    def test_a_voice_on_the_phone_is_nowhere(self, app: Flask, tmp_path: Path) -> None:
        cells = {"latitude": "", "longitude": "", "location_type": "virtual"}
        assert self._place(app, tmp_path, **cells).latitude is None
