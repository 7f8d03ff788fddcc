"""Read a gazetteer: a CSV file with the columns code, level, name, lat, lon."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from pathlib import Path

from agencies.commands.places import NewPlace
from agencies.exchange.place_files import (
    UnreadableFileError,
    WrongRow,
    WrongValueError,
    excerpt,
    read_text,
)
from agencies.rules.place_codes import LEVELS, is_code, level_of
from agencies.rules.place_names import fold

COLUMNS = ("code", "level", "name", "lat", "lon")
LONGEST_NAME = 120


def read_places(path: Path) -> tuple[list[NewPlace], list[WrongRow]]:
    """The places of a file, and its wrong rows. Raises `UnreadableFileError` for no gazetteer."""
    places: dict[str, NewPlace] = {}
    lines: dict[str, int] = {}
    wrong = []
    for line, record in _records(path):
        try:
            place = _place(record)
            if place.code in places:
                raise WrongValueError("code", f"stands on line {lines[place.code]} already")
        except WrongValueError as error:
            wrong.append(error.at(f"line {line}"))
        else:
            places[place.code], lines[place.code] = place, line
    return list(places.values()), wrong


def _records(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    text = read_text(path)
    head = text.partition("\n")[0]
    # Office programs of this country write semicolons.
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        _check_columns(path, [name.strip() for name in reader.fieldnames or ()])
        for record in reader:
            yield reader.line_num, record
    except csv.Error as error:
        raise UnreadableFileError(
            f"{path.name} is not a CSV file: line {reader.line_num + 1}, {error}."
        ) from error


def _check_columns(path: Path, columns: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        word = "column" if len(missing) == 1 else "columns"
        raise UnreadableFileError(
            f"{path.name} lacks the {word} {', '.join(missing)};"
            f" a gazetteer has {', '.join(COLUMNS)}."
        )


def _place(record: dict[str, str]) -> NewPlace:
    values = {name: (record.get(name) or "").strip() for name in COLUMNS}
    code, level, name = values["code"], values["level"], values["name"]
    if not is_code(code):
        raise WrongValueError("code", f"“{excerpt(code)}” is not a code such as 31.75.10")
    if level not in LEVELS:
        raise WrongValueError("level", f"“{excerpt(level)}” is none of {', '.join(LEVELS)}")
    if level_of(code) != level:
        raise WrongValueError("level", f"{code} is the code of a {level_of(code)}, not a {level}")
    if not fold(name) or len(name) > LONGEST_NAME:
        raise WrongValueError("name", f"“{excerpt(name)}” is not a name")
    latitude = _degrees("lat", values["lat"], 90)
    return NewPlace(code, level, name, latitude, _degrees("lon", values["lon"], 180))


def _degrees(field: str, text: str, most: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not -most <= value <= most:  # not a number is not between anything
        raise WrongValueError(field, f"“{excerpt(text)}” is not a number from -{most} to {most}")
    return value
