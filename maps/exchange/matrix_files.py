"""The 3W matrix as a table: a row for each need and place, so that it can be pivoted."""

from __future__ import annotations

from agencies.rules.needs import all_needs
from maps.exchange.tables import Table
from maps.queries.gaps.ground import Ground
from maps.queries.gaps.matrix import Matrix

COLUMNS = ("need", "need_name", "place", "place_name", "active", "open_now", "accessible")


def matrix_table(matrix: Matrix, ground: Ground, language: str) -> Table:
    """Every need at every place, those without a service too: these are the gaps."""
    needs = all_needs()
    rows = [
        (
            *(need, needs[need].label(language), place, ground.full_name(place)),
            *(cell.active, cell.open, cell.accessible),
        )
        for need in matrix.needs
        for place in matrix.places
        for cell in (matrix.cell(need, place),)
    ]
    return Table("3W", COLUMNS, rows)
