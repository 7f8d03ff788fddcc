"""Names that a spreadsheet would run: written so that it does not, and read back as they were."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from agencies.exchange.neutral import neutralised, restored
from agencies.models import Agency
from core.db import db, writing
from tests.factories import make_offer

HOSTILE = ["=cmd|'/c calc'!A1", "+62 Melati", "-Melati", "@SUM(A1)", "'=1+1", "''@x", "\t=1"]


@given(st.text(max_size=12) | st.from_regex(r"\A'{0,3}[=+\-@\t\r\n].{0,5}\Z"))
def test_each_is_the_others_opposite(text: str) -> None:
    """Whatever the text, apostrophes in front included; and nothing that is run stays."""
    assert restored(neutralised(text)) == text
    plain_number = text.replace(".", "").replace("-", "").replace("e", "").isdigit()
    if text[:1] in "=+-@\t\r" and text and not plain_number:
        assert neutralised(text).startswith("'")


@pytest.mark.parametrize("name", HOSTILE)
def test_export_import_export_is_the_same(app: Flask, tmp_path: object, name: str) -> None:
    """Through the commands that an operator runs."""
    make_offer(agency={"name": name, "description": name})
    run = app.test_cli_runner().invoke
    first = run(args=["agencies", "export", f"{tmp_path}/first.csv"])
    assert first.exit_code == 0, first.output
    with open(f"{tmp_path}/first.csv", encoding="utf-8", newline="") as file:  # noqa: PTH123
        text = file.read()
    for row in csv.reader(io.StringIO(text)):
        assert not [cell for cell in row if cell[:1] in ("=", "@", "\t", "\r")]
        assert not [c for c in row if c[:1] in "+-" and c and not _is_number(c)]
    with writing():
        db.session.query(Agency).update({"name": "Changed", "description": "Changed"})
    again = run(args=["agencies", "import", f"{tmp_path}/first.csv"])
    assert again.exit_code == 0, again.output
    db.session.rollback()
    assert db.session.query(Agency.name).scalar() == name.strip()
    run(args=["agencies", "export", f"{tmp_path}/second.csv"])
    with open(f"{tmp_path}/second.csv", encoding="utf-8", newline="") as file:  # noqa: PTH123
        assert file.read() == text or name != name.strip()


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
