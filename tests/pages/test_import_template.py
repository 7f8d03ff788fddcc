"""The import template to download."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from agencies.exchange.columns import COLUMNS, NAMES
from agencies.pages import templates_download
from core.i18n import say
from tests.conftest import MakeApp
from tests.support.exchange import counts, flask_agencies, save


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The app, in English, with the downloads."""
    app = make_app(language="en")
    if templates_download.blueprint.name not in app.blueprints:
        templates_download.register(app)
    return app


def test_the_csv_has_the_columns_and_one_example(client: FlaskClient) -> None:
    """With the mark that spreadsheets want."""
    answer = client.get("/import/template.csv")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert tuple(table[0]) == NAMES
    assert len(table) == 2


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_workbook_explains_each_column(client: FlaskClient, language: str) -> None:
    """In the reader's language, with the codes on sheets of their own."""
    answer = client.get(f"/import/template.xlsx?lang={language}")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.data))
    table, meanings, needs, types = book.worksheets
    assert tuple(cell.value for cell in table[1]) == NAMES
    assert table.max_row == 2
    tell = say(language)
    said = [str(row[2].value) for row in meanings.iter_rows(min_row=2)]
    assert said == [tell(column.meaning) for column in COLUMNS]
    assert (needs.max_row, types.max_row > 30) == (49, True)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_filled_template_can_be_imported(app: Flask, tmp_path: Path, ending: str) -> None:
    """The example that is in it, at least."""
    content = app.test_client().get(f"/import/template.{ending}").data
    result = flask_agencies(app, "import", save(tmp_path, content, f"a.{ending}"))
    assert (result.exit_code, counts(result).added) == (0, 1), result.output
    assert app.test_client().get("/import/template.pdf").status_code == 404
