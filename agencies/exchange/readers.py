"""Readers: a file of any format as parsed records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from agencies.exchange import messages as says
from agencies.exchange.columns import BY_NAME, NAMES, REQUIRED
from agencies.exchange.files import Format
from agencies.exchange.hsds import read_hsds
from agencies.exchange.mapping import Mapping as Mapped
from agencies.exchange.messages import Notes, quoted
from agencies.exchange.parsed import Context, Parsed, Reading
from agencies.exchange.rows import read_row
from agencies.exchange.tables import Table, TableRow, read_csv
from agencies.exchange.xlsx import read_xlsx
from core.errors import Trouble

Cells = Mapping[str, str]


def read(path: Path, kind: Format, mapping: Mapped | None, context: Context) -> Reading:
    """The records of a file. `RefusedError` for a file of which nothing can be read, also later."""
    if kind is Format.HSDS:
        return read_hsds(path, (mapping or Mapped()).hsds, context)
    if mapping is None:
        table = _table(path, kind, REQUIRED, NAMES)
        return Reading(_rows(table, context, BY_NAME.keys() & set(table.header)), _unknown(table))
    wanted = tuple(sorted(mapping.source_columns))
    table = _table(path, kind, wanted, wanted)
    return Reading(_mapped_rows(table, context, mapping))


def _table(path: Path, kind: Format, required: tuple[str, ...], known: tuple[str, ...]) -> Table:
    return read_xlsx(path, required) if kind is Format.XLSX else read_csv(path, required, known)


def _unknown(table: Table) -> list[Trouble]:
    return [
        Trouble(quoted(name), says.UNKNOWN_COLUMN, (("column", quoted(name)),))
        for name in table.header
        if name and name not in BY_NAME
    ]


def _rows(table: Table, context: Context, columns: set[str]) -> Iterator[Parsed]:
    return _each(table, lambda row: read_row(row.number, row.cells, columns, context))


def _mapped_rows(table: Table, context: Context, mapping: Mapped) -> Iterator[Parsed]:
    columns = mapping.own_columns

    def parse(row: TableRow) -> Parsed:
        notes = Notes()
        cells = mapping.row(row.cells, notes)
        parsed = read_row(row.number, cells, columns, context)
        parsed.notes.warnings[:0] = notes.warnings
        if notes.refused:
            parsed.notes.refused[:0] = notes.refused
            parsed.entries = ()
        if parsed.guarded:
            parsed.notes.hide()
        return parsed

    return _each(table, parse)


def _each(table: Table, parse: Callable[[TableRow], Parsed]) -> Iterator[Parsed]:
    for row in table.rows:
        if row.trouble:
            yield Parsed(row.number, "", notes=Notes(refused=[row.trouble]))
        else:
            yield parse(row)
