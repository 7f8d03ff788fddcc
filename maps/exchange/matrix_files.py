"""The 3W matrix as CSV and XLSX: a row for each need and place, so that it can be pivoted."""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook

from agencies.rules.needs import all_needs
from maps.exchange.gap_files import csv_text
from maps.queries.gaps.ground import Ground
from maps.queries.gaps.matrix import Matrix

COLUMNS = ("need", "need_name", "place", "place_name", "active", "open_now", "accessible")
FIRST_FIGURE = COLUMNS.index("active")


def rows_of(matrix: Matrix, ground: Ground, language: str) -> list[list[str]]:
    """Every need at every place, those without a service too: these are the gaps."""
    needs = all_needs()
    found = []
    for need in matrix.needs:
        for place in matrix.places:
            cell = matrix.cell(need, place)
            figures = (str(n) for n in (cell.active, cell.open, cell.accessible))
            name = ground.full_name(place)
            found.append([need, needs[need].label(language), place, name, *figures])
    return found


def matrix_csv(matrix: Matrix, ground: Ground, language: str) -> str:
    """The matrix as CSV."""
    return csv_text(COLUMNS, rows_of(matrix, ground, language))


def matrix_xlsx(matrix: Matrix, ground: Ground, language: str) -> bytes:
    """The matrix as a workbook; texts are texts, whatever they begin with."""
    book = Workbook()
    del book["Sheet"]
    sheet = book.create_sheet("3W")
    sheet.append(COLUMNS)
    for row in rows_of(matrix, ground, language):
        sheet.append([*row[:FIRST_FIGURE], *(int(cell) for cell in row[FIRST_FIGURE:])])
        for cell in sheet[sheet.max_row][:FIRST_FIGURE]:
            cell.data_type = "s"
    sheet.freeze_panes = "A2"
    made = BytesIO()
    book.save(made)
    return made.getvalue()
