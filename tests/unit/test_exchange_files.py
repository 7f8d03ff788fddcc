"""Hostile and broken files: a sentence for each, never a traceback."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from agencies.exchange.columns import COLUMNS, NAMES, REQUIRED
from agencies.exchange.template_files import template_csv
from tests.conftest import fresh_url, running
from tests.support.exchange import (
    SHELTER,
    Counts,
    counts,
    csv_of,
    empty,
    everything,
    flask_agencies,
    refusals,
    row,
    rows,
    save,
)


@pytest.fixture(scope="module")
def one_app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The app, in English, once for all tests here: each empties the registry."""
    folder = tmp_path_factory.mktemp("files")
    with fresh_url(request, "sqlite", folder) as url, running(url, folder, language="en") as app:
        yield app


@pytest.fixture
def app(one_app: Flask) -> Flask:
    """The app with an empty registry."""
    empty()
    return one_app


def workbook(*table: Sequence[Any]) -> bytes:
    """A workbook of these rows."""
    book = Workbook()
    sheet = book.worksheets[0]
    for cells in table:
        sheet.append(list(cells))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def bomb(size: int) -> bytes:
    """A small archive that unpacks to so many bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * size)
    return content.getvalue()


CSV = csv_of([row()])
DEEP = b"[" * 100_000 + b"]" * 100_000

# A file's name and content, and what is said of it.
BROKEN = [
    ("a.csv", b"", "The file is empty"),
    ("a.csv", b"\xef\xbb\xbf \n", "The file is empty"),
    ("a.csv", ",".join(NAMES).encode(), "a header but no records"),
    ("a.csv", (",".join(NAMES) + "\n,,\n").encode(), "a header but no records"),
    ("a.csv", CSV.encode("utf-16"), "UTF-16"),
    ("a.csv", CSV.encode("utf-16-le"), "UTF-16"),
    ("a.csv", CSV.replace("Melati", "Mélati").encode("latin-1"), "byte 0xE9 in line 2"),
    ("a.csv", CSV.encode() + b"a,\0,b\n", "NUL bytes (line 3)"),
    ("a.csv", csv_of([row()], ["agency_key", "needs"]).encode(), "“agency_name” is missing"),
    ("a.csv", b"agency_key,agency_key\n1,2\n", "“agency_key” is there twice"),
    ("a.csv", (CSV + 'x,"never closed\n1\n2\n').encode(), "opened in line 3 is never closed"),
    ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), ""),
    ("a.csv", b"<!doctype html><title>No</title>", "is missing"),
    ("a.xlsx", b"not a zip", "not an XLSX file"),
    ("a.xlsx", b"PK\x03\x04" + b"\0" * 200, "not an XLSX file"),
    ("a.xlsx", bomb(11 * 1024 * 1024), "Unpacked, the XLSX file is larger"),
    ("a.xlsx", bomb(100), "not an XLSX file"),
    ("a.xlsx", workbook(["agency_key"]), "is missing"),
    ("a.xlsx", workbook(list(NAMES)), "a header but no records"),
    ("a.xlsx", workbook(), "The file is empty"),
    ("a.json", b"{", "not JSON: line 1"),
    ("a.json", b"[NaN]", "NaN or Infinity"),
    ("a.json", b"[" + b"9" * 5000 + b"]", "NaN or Infinity"),
    ("a.json", DEEP, "nested too deeply"),
    ("a.json", b"3", "no service here"),
    ("a.json", b'{"id": 1}', "no service here"),
    ("a.json", b'{"contents": []}', "a header but no records"),
    ("a.pdf", b"%PDF", "--format"),
]


@pytest.mark.parametrize(("name", "content", "said"), BROKEN)
def test_a_broken_file_is_one_sentence(
    app: Flask, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    """Nothing is imported, nothing is written beside it."""
    result = flask_agencies(app, "import", save(tmp_path, content, name))
    assert result.exit_code == 1
    assert said in result.output
    assert result.output.startswith(f"{name}: ")
    assert "Traceback" not in result.output
    assert everything() == []
    assert sorted(p.name for p in tmp_path.iterdir() if "refused" in p.name) == []


class TestCsv:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    @pytest.mark.parametrize("ends", ["\n", "\r\n"])
    def test_the_ways_in_which_programs_write_csv(
        self, app: Flask, tmp_path: Path, delimiter: str, mark: str, ends: str
    ) -> None:
        text = csv_of([row(address="Jl. A, B; C\nlantai 2")], delimiter=delimiter)
        text = mark + text.replace("\n", ends)
        result = flask_agencies(app, "import", save(tmp_path, text))
        assert counts(result).added == 1
        (entry,) = everything()
        assert entry.location.address == "Jl. A, B; C\nlantai 2"

    def test_headers_in_any_case(self, app: Flask, tmp_path: Path) -> None:
        text = CSV.replace("agency_name", " Agency_Name ", 1)
        assert counts(flask_agencies(app, "import", save(tmp_path, text))).added == 1

    def test_records_in_disorder_are_refused_one_by_one(self, app: Flask, tmp_path: Path) -> None:
        good = csv_of(rows(1))
        text = good + "short,row\n" + 'a,"b"c,d\n' + ",".join("x" * 80) + "\n\n"
        file = save(tmp_path, text)
        assert counts(flask_agencies(app, "import", file)) == Counts(1, 0, 0, 1, 3)
        reasons = [refusal["reason"] for refusal in refusals(file)]
        assert "has 2 cells, the header 69" in reasons[0]
        assert "quotation marks are in disorder" in reasons[1]
        assert "has 80 cells" in reasons[2]

    def test_a_huge_cell_refuses_its_record_only(self, app: Flask, tmp_path: Path) -> None:
        file = save(tmp_path, csv_of([*rows(1), row(fees="x" * 2_000_000)]))
        assert counts(flask_agencies(app, "import", file)) == Counts(1, 0, 0, 1, 1)
        assert len(refusals(file)[0]["reason"]) < 100

    @pytest.mark.parametrize(
        "name", ["a b.csv", "ä.csv", "=cmd.csv", "%(x)s%d.csv", "a\nb.csv", "\x1b[31m.csv", "-.csv"]
    )
    def test_file_names(self, app: Flask, tmp_path: Path, name: str) -> None:
        good = flask_agencies(app, "import", "--", save(tmp_path, CSV, name))
        assert counts(good).added == 1
        bad = flask_agencies(app, "import", "--", save(tmp_path, csv_of([row(needs="X")]), name))
        assert "\x1b" not in bad.output
        assert (tmp_path / f"{name}.refused.csv").exists()

    def test_where_nothing_can_be_written(self, app: Flask, tmp_path: Path) -> None:
        file = save(tmp_path, csv_of([row(needs="X")]))
        (tmp_path / "registry.csv.refused.csv").mkdir()
        result = flask_agencies(app, "import", file)
        assert result.exit_code == 1
        assert "cannot be written" in result.output

    def test_an_export_that_cannot_be_written(self, app: Flask, tmp_path: Path) -> None:
        result = flask_agencies(app, "export", tmp_path / "no" / "such" / "a.csv")
        assert (result.exit_code, "cannot be written" in result.output) == (1, True)

    def test_the_template_can_be_imported(self, app: Flask, tmp_path: Path) -> None:
        result = flask_agencies(app, "import", save(tmp_path, template_csv()))
        assert counts(result).added == 1, result.output


class TestXlsx:
    def test_cells_of_every_kind(self, app: Flask, tmp_path: Path) -> None:
        values: dict[str, object] = {
            **SHELTER,
            "latitude": -6.32534,
            "longitude": 106.90356,
            "minimum_age": 18,
            "maximum_age": 60.0,
            "takes_female": True,
            "verified_at": date(2026, 11, 4),
            "agency_mou_until": datetime(2027, 12, 31),  # noqa: DTZ001 (as spreadsheets have it)
            "postal_code": 13840,
            "phones": 215550123,
        }
        names = list(values)
        file = save(tmp_path, workbook(names, list(values.values())), "a.xlsx")
        assert counts(flask_agencies(app, "import", file)).added == 1
        (entry,) = everything()
        assert (entry.service.minimum_age, entry.service.maximum_age) == (18, 60)
        assert entry.service.takes_female is True
        assert entry.agency.mou_until == date(2027, 12, 31)
        assert entry.offer.verified_at == date(2026, 11, 4)
        assert entry.location.postal_code == "13840"
        assert (entry.location.latitude, entry.location.longitude) == (-6.32534, 106.90356)

    def test_the_same_as_csv(self, app: Flask, tmp_path: Path) -> None:
        table = rows(3, hours="24/7", documents="KTP; KK")
        flask_agencies(app, "import", save(tmp_path, csv_of(table)))
        content = workbook(list(NAMES), *([r.get(n, "") for n in NAMES] for r in table))
        result = flask_agencies(app, "import", save(tmp_path, content, "a.xlsx"))
        assert counts(result).unchanged == 3

    def test_formulas_are_refused_where_they_stand(self, app: Flask, tmp_path: Path) -> None:
        table = [list(SHELTER), list(SHELTER.values()), ["=1+1", *list(row().values())[1:]]]
        file = save(tmp_path, workbook(*table), "a.xlsx")
        assert counts(flask_agencies(app, "import", file)) == Counts(1, 0, 0, 1, 1)
        (refusal,) = refusals(file)
        assert (refusal["field"], "formula" in refusal["reason"]) == ("A3", True)

    def test_a_sheet_that_claims_a_million_columns(self, app: Flask, tmp_path: Path) -> None:
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.append(list(SHELTER))
        sheet.append(list(SHELTER.values()))
        sheet.cell(500, 16_000, "far away")
        content = io.BytesIO()
        book.save(content)
        result = flask_agencies(app, "import", save(tmp_path, content.getvalue(), "a.xlsx"))
        assert counts(result).added == 1


class TestJson:
    SERVICE = {
        "id": "s1",
        "name": "Service",
        "organization": {"id": "o1", "name": "Agency"},
        "service_at_locations": [
            {"id": "x1", "location": {"id": "l1", "location_type": "physical"}}
        ],
    }

    @pytest.mark.parametrize(
        ("change", "field", "said"),
        [
            ({"name": 5}, "name", "This must be text"),
            ({"name": None}, "name", "missing"),
            ({"id": None}, "id", "missing"),
            ({"id": "two words"}, "id", "is not a key"),
            ({"status": "gone"}, "status", "is not one of"),
            ({"organization": []}, "organization", "This must be an object"),
            ({"organization": None}, "organization", "names no agency"),
            ({"service_at_locations": {}}, "service_at_locations", "This must be a list"),
            ({"service_at_locations": 5}, "service_at_locations", "This must be a list"),
            ({"service_at_locations": [1]}, "service_at_locations[0]", "This must be an object"),
            ({"service_at_locations": [{"id": "x"}]}, "service_at_locations[0].location",
             "The place is not in the file"),
            ({"phones": "021"}, "phones", "This must be a list"),
            ({"minimum_age": "old"}, "minimum_age", "This must be a number"),
            ({"minimum_age": 200}, "minimum_age", "between 0 and 120"),
            ({"minimum_age": 20, "maximum_age": 10}, "minimum_age", "above the maximum"),
            ({"minimum_age": True}, "minimum_age", "This must be a number"),
            ({"extra": {"a": "\ud800"}}, "record", "cannot be kept"),
            ({"extra": {"a": "\0"}}, "record", "cannot be kept"),
            ({"extra": "x" * 30_000}, "record", "longer than"),
        ],
    )  # fmt: skip
    def test_wrong_kinds_are_said_with_their_place(
        self, app: Flask, tmp_path: Path, change: dict[str, object], field: str, said: str
    ) -> None:
        file = save(tmp_path, json.dumps({"contents": [{**self.SERVICE, **change}]}), "a.json")
        assert counts(flask_agencies(app, "import", file)).refused == 1
        refusal = refusals(file)[0]
        assert refusal["field"] == field
        assert said in refusal["reason"]

    def test_numbers_that_are_too_large(self, app: Flask, tmp_path: Path) -> None:
        text = json.dumps([self.SERVICE]).replace('"name": "Service"', '"name": "S", "x": 1e999')
        file = save(tmp_path, text, "a.json")
        assert counts(flask_agencies(app, "import", file)).refused == 1

    def test_moderate_depth_is_refused_by_record(self, app: Flask, tmp_path: Path) -> None:
        deep: object = "x"
        for _ in range(60):
            deep = [deep]
        file = save(tmp_path, json.dumps([self.SERVICE, {**self.SERVICE, "deep": deep}]), "a.json")
        assert counts(flask_agencies(app, "import", file)) == Counts(1, 0, 0, 2, 1)

    def test_a_line_that_is_not_json(self, app: Flask, tmp_path: Path) -> None:
        lines = [json.dumps(self.SERVICE), "{broken", json.dumps({**self.SERVICE, "id": "s2",
                 "service_at_locations": []})]  # fmt: skip
        file = save(tmp_path, "\n".join(lines), "a.ndjson")
        assert counts(flask_agencies(app, "import", file)).added == 2
        assert [r["record"] for r in refusals(file)] == ["2"]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=10,
)
PROPERTIES = [
    "id", "name", "status", "organization", "service_at_locations", "location", "phones",
    "contacts", "schedules", "languages", "addresses", "latitude", "longitude", "attributes",
    "taxonomy_term", "capacities", "unit", "cost_options", "amount", "required_documents",
    "service_areas", "accessibility", "minimum_age", "assured_date", "opens_at", "timezone",
    "byday", "freq", "number", "extension", "code", "updated", "maximum", "available",
]  # fmt: skip
hsds_like = st.recursive(
    json_values,
    lambda inner: (
        st.dictionaries(st.sampled_from(PROPERTIES), inner, max_size=8)
        | st.lists(inner, max_size=2)
    ),
    max_leaves=20,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.dictionaries(st.sampled_from(PROPERTIES), hsds_like, max_size=12))
def test_any_json_is_read_or_refused(
    app: Flask, tmp_path: Path, service: dict[str, object]
) -> None:
    """Whatever stands where."""
    empty()
    whole = {"id": "s1", "name": "S", "organization": {"id": "o", "name": "O"}, **service}
    file = save(tmp_path, json.dumps([whole]), "a.json")
    result = flask_agencies(app, "import", file)
    found = counts(result)
    assert found.added + found.refused == 1
    assert counts(flask_agencies(app, "import", file)).unchanged == found.added


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.sampled_from([c.name for c in COLUMNS]), st.text(max_size=30)))
def test_any_cells_are_read_or_refused(app: Flask, tmp_path: Path, cells: dict[str, str]) -> None:
    """Whatever somebody typed."""
    empty()
    file = save(tmp_path, csv_of([row(**cells)]).encode("utf-8", "replace"))
    result = flask_agencies(app, "import", file)
    if "\0" in "".join(cells.values()):
        assert "NUL bytes" in result.output
        return
    found = counts(result)
    assert found.added + found.refused == 1
    assert counts(flask_agencies(app, "import", file)).unchanged == found.added


def test_the_required_columns_are_the_documented_ones() -> None:
    """Everything else may be missing."""
    assert REQUIRED == (
        "agency_key", "agency_name", "agency_type", "service_key", "service_name", "needs",
        "location_key",
    )  # fmt: skip
