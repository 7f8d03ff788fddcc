"""Read a file of population: CSV with the columns code, population and perhaps year."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from agencies.commands.places import NewPopulation
from agencies.exchange import place_files as says
from agencies.exchange.place_files import WrongRow, WrongValueError, excerpt
from agencies.exchange.place_rows import records
from agencies.rules.place_codes import is_code
from core.validation import whole_number

COLUMNS = ("code", "population")
MOST_PEOPLE = 2_000_000_000
FIRST_YEAR, LAST_YEAR = 1900, 2200


def read_population(
    path: Path, known: Container[str]
) -> tuple[list[NewPopulation], list[WrongRow]]:
    """The figures of a file, and its wrong rows: unknown code (not in `known`), no whole number of
    people, no year, or a code that stands there already. Raises `RefusedError` for another file.
    """
    figures: dict[str, NewPopulation] = {}
    lines: dict[str, int] = {}
    wrong = []
    for line, record in records(path, COLUMNS, says.LACKS_PEOPLE):
        try:
            figure = _figure(record, known)
            if figure.code in figures:
                raise WrongValueError("code", says.CODE_TWICE, line=lines[figure.code])
        except WrongValueError as error:
            wrong.append(error.at(says.LINE, line))
        else:
            figures[figure.code], lines[figure.code] = figure, line
    return list(figures.values()), wrong


def _figure(record: dict[str, str], known: Container[str]) -> NewPopulation:
    code, people, year = (
        (record.get(name) or "").strip() for name in ("code", "population", "year")
    )
    if not is_code(code):
        raise WrongValueError("code", says.NOT_A_CODE, value=excerpt(code))
    if code not in known:
        raise WrongValueError("code", says.NO_SUCH_PLACE, code=code)
    count = whole_number(people, most_digits=10)
    if count is None or count > MOST_PEOPLE:
        values = {"value": excerpt(people), "most": MOST_PEOPLE}
        raise WrongValueError("population", says.NOT_PEOPLE, **values)
    return NewPopulation(code, count, _year(year) if year else None)


def _year(text: str) -> int:
    year = whole_number(text, most_digits=4)
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        values = {"value": excerpt(text), "first": FIRST_YEAR, "last": LAST_YEAR}
        raise WrongValueError("year", says.NOT_A_YEAR, **values)
    return year
