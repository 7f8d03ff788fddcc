"""Tables as CSV and XLSX: figures stay figures, no cell runs as a formula.

The same tables give the same bytes: nothing in a file says when or by whom it was made.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from agencies.exchange.neutral import neutralised

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | None
BYTE_ORDER_MARK = "\ufeff"  # or some spreadsheets take the file for something else than UTF-8
LONGEST_TITLE = 31  # of a sheet
WIDEST, NARROWEST = 60, 10  # letters of a column
DAY_ONE = (1980, 1, 1, 0, 0, 0)  # the first that a zip file knows


@dataclass(frozen=True, slots=True)
class Table:
    """`head` and every row have the same length; an empty cell is None."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def as_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, commas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([neutralised(word) for word in table.head])
    for row in table.rows:
        writer.writerow([_written(cell) for cell in row])
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def as_xlsx(tables: Iterable[Table]) -> bytes:
    """A sheet for each table; `ValueError` for none."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    for table in tables:
        _fill(book.create_sheet(_title(table.title, book.sheetnames)), table)
    if not book.worksheets:
        raise ValueError("a book without a sheet")
    content = io.BytesIO()
    book.save(content)
    return _timeless(content.getvalue())


def _written(cell: Cell) -> Cell:
    return neutralised(cell) if isinstance(cell, str) else cell


def _fill(sheet: Worksheet, table: Table) -> None:
    for number, row in enumerate((table.head, *table.rows), start=1):
        for column, cell in enumerate(row, start=1):
            place = sheet.cell(number, column)
            place.value = cell
            if isinstance(cell, str):
                place.data_type = "s"  # a text that begins with = stays a text
    sheet.freeze_panes = "B2"
    for column in range(1, len(table.head) + 1):
        letter = get_column_letter(column)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.cell(1, column).alignment = Alignment(wrap_text=True, vertical="top")
        longest = max(len(str(cell.value or "")) for cell in sheet[letter])
        sheet.column_dimensions[letter].width = min(WIDEST, max(NARROWEST, longest + 2))


def _title(wanted: str, taken: Sequence[str]) -> str:
    """A sheet's title: without what spreadsheets forbid, not too long, not twice."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", wanted).strip("' ")[:LONGEST_TITLE] or "1"
    title, number = plain, 1
    while title.lower() in {one.lower() for one in taken}:
        number += 1
        title = f"{plain[: LONGEST_TITLE - len(str(number)) - 1]} {number}"
    return title


def _timeless(book: bytes) -> bytes:
    """The same book without the moments of its making."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"<dcterms:(created|modified).*?</dcterms:\1>", b"", content)
            entry = zipfile.ZipInfo(name, DAY_ONE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return out.getvalue()
