"""Declared routes as CSV: the same columns as the project's own list, one line for each route."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from agencies.exchange.neutral import neutralised
from agencies.rules.agency_types import AGENCY_TYPES
from agencies.rules.needs import all_needs
from core.errors import RefusedError, Trouble
from core.i18n import _
from referral.rules.routes import DeclaredRoute, read_row, spell_basis, spell_limit

COLUMNS = ("from", "to", "needs", "first", "limit", "standing", "basis", "pathway", "said")
WRONG_LINE = _("Line %(line)s is no route: %(why)s")
NO_COLUMNS = _("The first line must name the columns %(columns)s")


def routes_as_csv(routes: Iterable[DeclaredRoute]) -> str:
    """UTF-8 without a mark, commas, line feeds; no cell runs as a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for route in routes:
        writer.writerow([neutralised(cell) for cell in _cells(route)])
    return text.getvalue()


def _cells(route: DeclaredRoute) -> list[str]:
    return [
        route.from_type,
        route.to_type,
        route.need or "",
        " ".join(one.value for one in route.prerequisites),
        spell_limit(route.limit),
        route.limit.standing.value,
        spell_basis(route.basis),
        route.pathway,
        route.limit.said,
    ]


def routes_of_csv(text: str) -> list[DeclaredRoute]:
    """The routes of such a file; `RefusedError` with every line that is none."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if not set(COLUMNS) <= set(reader.fieldnames or ()):
        raise RefusedError(Trouble("file", NO_COLUMNS, (("columns", ", ".join(COLUMNS)),)))
    found: list[DeclaredRoute] = []
    troubles = []
    for row in reader:
        try:
            found += _checked({name: row[name] or "" for name in COLUMNS})
        except (KeyError, ValueError) as wrong:
            said = (("line", reader.line_num), ("why", str(wrong)))
            troubles.append(Trouble("file", WRONG_LINE, said))
    if troubles:
        raise RefusedError(*troubles)
    return found


def _checked(row: dict[str, str]) -> list[DeclaredRoute]:
    routes = list(read_row(row))
    for route in routes:
        for code in (route.from_type, route.to_type):
            if code not in AGENCY_TYPES:
                raise ValueError(f"no type of agency: {code}")
        if route.need is not None and route.need not in all_needs():
            raise ValueError(f"no need: {route.need}")
    return routes
