"""Tables: a header and rows of cells, from CSV or XLSX, with all that such files get wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agencies.exchange import messages as says
from agencies.exchange.files import MOST_RECORDS, read_text, wrong_file
from agencies.exchange.messages import quoted
from agencies.exchange.neutral import restored
from core.errors import Trouble

DELIMITERS = (",", ";", "\t")
LARGEST_CELL = 16 * 1024 * 1024  # characters; what is too long for a table is said by record


@dataclass(slots=True)
class TableRow:
    """A row of a table, numbered from 1 below the header, or why it cannot be read."""

    number: int
    cells: dict[str, str] = field(default_factory=dict)
    trouble: Trouble | None = None


@dataclass(slots=True)
class Table:
    """A header, and its rows, read as they are asked for."""

    header: tuple[str, ...]
    rows: Iterator[TableRow]


def check_header(cells: Sequence[str], required: Collection[str]) -> tuple[str, ...]:
    """The names of the columns. `RefusedError` for one that is twice or missing."""
    header = [cell.strip().lower() for cell in cells]
    while header and not header[-1]:
        header.pop()
    for name in header:
        if name and header.count(name) > 1:
            raise wrong_file(says.COLUMN_TWICE, column=quoted(name))
    for name in required:
        if name not in header:
            raise wrong_file(says.MISSING_COLUMN, column=name)
    return tuple(header)


def make_rows(header: Sequence[str], rows: Iterator[Sequence[str] | Trouble]) -> Iterator[TableRow]:
    """Rows of cells by column; empty rows are left out. `RefusedError` without any record."""
    number = 0
    for row in rows:
        if not isinstance(row, Trouble) and not any(cell.strip() for cell in row):
            continue
        number += 1
        if number > MOST_RECORDS:
            raise wrong_file(says.TOO_MANY_RECORDS, limit=MOST_RECORDS)
        yield _make_row(number, header, row)
    if number == 0:
        raise wrong_file(says.NO_RECORDS)


def _make_row(number: int, header: Sequence[str], row: Sequence[str] | Trouble) -> TableRow:
    if isinstance(row, Trouble):
        return TableRow(number, trouble=row)
    if len(row) < len(header) or any(cell.strip() for cell in row[len(header) :]):
        values = (("count", len(row)), ("expected", len(header)))
        return TableRow(number, trouble=Trouble("record", says.WRONG_CELLS, values))
    return TableRow(number, {n: restored(c) for n, c in zip(header, row, strict=False) if n})


def read_csv(path: Path, required: Collection[str], known: Collection[str]) -> Table:
    """A CSV file in UTF-8, with commas, semicolons or tabs, whichever finds the known columns."""
    return table_in(read_text(path), required, known)


def table_in(text: str, required: Collection[str], known: Collection[str]) -> Table:
    """The same of a text that somebody pasted or sent."""
    delimiter = max(DELIMITERS, key=lambda d: _known_columns(text, d, known))
    rows = _csv_rows(text, delimiter)
    first = next(rows, None)
    if first is None or isinstance(first, Trouble):
        raise wrong_file(says.MISSING_COLUMN, column=next(iter(required), "?"))
    header = check_header(first, required)
    return Table(header, make_rows(header, rows))


def _known_columns(text: str, delimiter: str, known: Collection[str]) -> int:
    first = next(_csv_rows(text, delimiter), None)
    if first is None or isinstance(first, Trouble):
        return -1
    return sum(cell.strip().lower() in known for cell in first)


def _csv_rows(text: str, delimiter: str) -> Iterator[Sequence[str] | Trouble]:
    """The rows of a CSV text that are not empty; a row in disorder is trouble."""
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "end of data" in str(error):
                raise wrong_file(says.UNFINISHED_QUOTE, line=line) from None
            yield Trouble("record", says.BROKEN_RECORD)
