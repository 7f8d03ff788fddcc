"""Tables that go out: figures stay figures, nothing runs, the same table is the same file."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from maps.exchange.tables import Table, as_csv, as_xlsx

HOSTILE = Table(
    "Kebutuhan / Kota: [1]",
    ("Nama", "=HYPERLINK()"),
    [("=1+1", 12), ("Rumah Aman", 0.25), ("+62", None), ("-6.2", -6.2)],
)


def test_csv() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(HOSTILE).decode("utf-8-sig"))))
    assert rows[0] == ["Nama", "'=HYPERLINK()"]
    assert rows[1:] == [["'=1+1", "12"], ["Rumah Aman", "0.25"], ["'+62", ""], ["-6.2", "-6.2"]]


def test_xlsx() -> None:
    again = Table(HOSTILE.title, ("x",), [])
    book = load_workbook(io.BytesIO(as_xlsx([HOSTILE, again])))
    assert book.sheetnames == ["Kebutuhan   Kota   1", "Kebutuhan   Kota   1 2"]
    sheet = book.worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Nama", "=HYPERLINK()"],
        ["=1+1", 12],
        ["Rumah Aman", 0.25],
        ["+62", None],
        ["-6.2", -6.2],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}
    assert as_xlsx([HOSTILE]) == as_xlsx([HOSTILE])
    with pytest.raises(ValueError, match="without a sheet"):
        as_xlsx([])
