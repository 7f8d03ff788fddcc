"""Read a gazetteer: a CSV file with the columns code, level, name, lat, lon."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from agencies.commands.places import NewPlace
from agencies.exchange import place_files as says
from agencies.exchange.place_files import (
    WrongRow,
    WrongValueError,
    excerpt,
    read_text,
    unreadable,
)
from agencies.rules.place_codes import LEVELS, is_code, level_of
from agencies.rules.place_names import fold

COLUMNS = ("code", "level", "name", "lat", "lon")
LONGEST_NAME = 120


def read_places(path: Path) -> tuple[list[NewPlace], list[WrongRow]]:
    """The places of a file, and its wrong rows. Raises `RefusedError` for no gazetteer."""
    places: dict[str, NewPlace] = {}
    lines: dict[str, int] = {}
    wrong = []
    for line, record in records(path, COLUMNS, says.LACKS):
        try:
            place = _place(record)
            if place.code in places:
                raise WrongValueError("code", says.CODE_TWICE, line=lines[place.code])
        except WrongValueError as error:
            wrong.append(error.at(says.LINE, line))
        else:
            places[place.code], lines[place.code] = place, line
    return list(places.values()), wrong


def records(path: Path, columns: Sequence[str], lacks: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each row of a CSV file. Raises `RefusedError`: it says `lacks`
    where one of the columns is missing.
    """
    text = read_text(path)
    head = text.partition("\n")[0]
    # Office programs of this country write semicolons.
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        here = [name.strip() for name in reader.fieldnames or ()]
        missing = [name for name in columns if name not in here]
        if missing:
            named = {"missing": ", ".join(missing), "columns": ", ".join(columns)}
            raise unreadable(path, lacks, **named)
        for record in reader:
            yield reader.line_num, record
    except csv.Error as error:
        line = reader.line_num + 1
        raise unreadable(path, says.NOT_CSV, line=line, reason=error) from error


def _place(record: dict[str, str]) -> NewPlace:
    values = {name: (record.get(name) or "").strip() for name in COLUMNS}
    code, level, name = values["code"], values["level"], values["name"]
    if not is_code(code):
        raise WrongValueError("code", says.NOT_A_CODE, value=excerpt(code))
    if level not in LEVELS:
        levels = ", ".join(LEVELS)
        raise WrongValueError("level", says.NOT_A_LEVEL, value=excerpt(level), levels=levels)
    if level_of(code) != level:
        found = level_of(code)
        raise WrongValueError("level", says.OTHER_LEVEL, code=code, found=found, said=level)
    if not fold(name) or len(name) > LONGEST_NAME:
        raise WrongValueError("name", says.NOT_A_NAME, value=excerpt(name))
    latitude = _degrees("lat", values["lat"], 90)
    return NewPlace(code, level, name, latitude, _degrees("lon", values["lon"], 180))


def _degrees(field: str, text: str, most: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not -most <= value <= most:  # not a number is not between anything
        raise WrongValueError(field, says.NOT_DEGREES, value=excerpt(text), low=-most, high=most)
    return value
