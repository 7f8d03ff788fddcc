"""The template to fill in: the columns, one example, and in XLSX what each column means."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from agencies.exchange.columns import COLUMNS, NAMES
from agencies.exchange.neutral import neutralised
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import all_needs
from core.i18n import Say, _

BYTE_ORDER_MARK = "\ufeff"  # or some spreadsheets take the file for something else than UTF-8

FILL_IN, MEANING = _("Fill in"), _("Meaning of the columns")
NEEDS, TYPES = _("Needs"), _("Types of agency")
HEADINGS = (_("column"), _("needed"), _("meaning"), _("example"))
CODE, NAME = _("code"), _("name")
YES = _("yes")
WIDE, NARROW = 60, 26  # characters


def example() -> list[str]:
    """The example row."""
    return [column.example for column in COLUMNS]


def template_csv() -> str:
    """Header and example as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(NAMES)
    writer.writerow([neutralised(cell) for cell in example()])
    return BYTE_ORDER_MARK + text.getvalue()


def template_xlsx(tell: Say, language: str) -> bytes:
    """Header and example on the first sheet; explanations and codes on others."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    _sheet(book, tell(FILL_IN), NAMES, [example()])
    rows = [(c.name, tell(YES) if c.required else "", tell(c.meaning), c.example) for c in COLUMNS]
    _sheet(book, tell(MEANING), [tell(heading) for heading in HEADINGS], rows)
    code, name = tell(CODE), tell(NAME)
    needs = [(need.code, need.label(language)) for need in all_needs().values()]
    _sheet(book, tell(NEEDS), (code, name), needs)
    types = [(kind, tell(label)) for kind, label in AGENCY_TYPES.items()]
    _sheet(book, tell(TYPES), (code, name), types)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _sheet(
    book: Workbook, title: str, header: Iterable[str], rows: Iterable[Iterable[str]]
) -> None:
    sheet = book.create_sheet(title)
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    sheet.freeze_panes = "A2"
    for column in range(1, sheet.max_column + 1):
        sheet.cell(1, column).font = Font(bold=True)
        longest = max(len(str(cell.value or "")) for cell in sheet[get_column_letter(column)])
        wide = longest > NARROW
        sheet.column_dimensions[get_column_letter(column)].width = WIDE if wide else NARROW
        for cell in sheet[get_column_letter(column)]:
            cell.number_format = "@"  # text: no spreadsheet turns a key or a phone into a number
            cell.alignment = Alignment(wrap_text=wide, vertical="top")
