"""XLSX files: the first sheet as a table of texts."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from agencies.exchange import messages as says
from agencies.exchange.files import MEGABYTE, read_bytes, wrong_file
from agencies.exchange.tables import Table, check_header, make_rows
from core.errors import Trouble

LARGEST_UNPACKED = 256 * MEGABYTE
LARGEST_RATIO = 200  # a sheet of repeated cells packs well, but not better than this
RATIO_COUNTS_FROM = 10 * MEGABYTE
MOST_PARTS = 1_000
MOST_COLUMNS = 400
_FORMULA, _ERROR = "f", "e"


def read_xlsx(path: Path, required: Collection[str]) -> Table:
    """The first sheet of a workbook. `RefusedError` for what is no workbook, or a bomb."""
    return sheet_in(read_bytes(path), required)


def sheet_in(content: bytes, required: Collection[str]) -> Table:
    """The same of what somebody sent, which is written to no disk."""
    _refuse_bomb(content)
    rows = _rows(content)
    first = next(rows, None)
    if first is None:
        raise wrong_file(says.EMPTY_FILE)
    if isinstance(first, Trouble):
        raise wrong_file(says.MISSING_COLUMN, column=next(iter(required), "?"))
    header = check_header(first, required)
    return Table(header, make_rows(header, _padded(rows, len(header))))


def _refuse_bomb(content: bytes) -> None:
    """A small archive may unpack to more than this machine holds; its own list says how much."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError):
        raise wrong_file(says.NOT_XLSX) from None
    unpacked = sum(part.file_size for part in parts)
    too_dense = unpacked > RATIO_COUNTS_FROM and unpacked > LARGEST_RATIO * len(content)
    if unpacked > LARGEST_UNPACKED or too_dense or len(parts) > MOST_PARTS:
        raise wrong_file(says.XLSX_TOO_LARGE, limit=f"{LARGEST_UNPACKED // MEGABYTE} MB")


@contextmanager
def _workbook(content: bytes) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that nobody here needs
        book = load_workbook(BytesIO(content), read_only=True, keep_links=False)
        try:
            yield book
        finally:
            book.close()


def _rows(content: bytes) -> Iterator[Sequence[str] | Trouble]:
    try:
        with _workbook(content) as book:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # a file may claim a million columns
            for row in sheet.iter_rows(max_col=MOST_COLUMNS):
                yield _texts(row)
    except GeneratorExit:
        raise
    except Exception as error:  # a workbook can be broken in more ways than openpyxl names
        if hasattr(error, "troubles"):
            raise
        raise wrong_file(says.NOT_XLSX) from None


def _texts(row: Sequence[Any]) -> Sequence[str] | Trouble:
    for cell in row:
        if getattr(cell, "data_type", "n") in (_FORMULA, _ERROR):
            return Trouble(str(cell.coordinate), says.FORMULA)
    return [_text(cell.value) for cell in row]


def _text(value: object) -> str:
    """A cell as the own format spells it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _padded(
    rows: Iterator[Sequence[str] | Trouble], width: int
) -> Iterator[Sequence[str] | Trouble]:
    """Rows of a sheet end with their last cell that is not empty."""
    for row in rows:
        yield row if isinstance(row, Trouble) else [*row, *[""] * (width - len(row))]
